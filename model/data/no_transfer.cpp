#include "model/data/transfer.h"

namespace nestwright {

// The fetch() of programs that are packed for machines without a network, which come without libcurl and the 30
// libraries that it takes.
TransferResult fetch(const Transfer&, AtomicFile&) {
  return {.outcome = TransferResult::Outcome::unreachable,
          .reason = "this program was built to work without a network"};
}

}  // namespace nestwright
