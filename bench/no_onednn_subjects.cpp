#include "bench/onednn_subjects.h"
#include "support/error.h"

namespace nestwright::bench {

std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>&, std::int64_t) {
  throw Error("--against", "this program is for GPUs and has no oneDNN; './nestwright bench' compares with it");
}

}  // namespace nestwright::bench
