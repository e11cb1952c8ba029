#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "support/atomic_file.h"

namespace nestwright {

// How the transfer of one file over the network ended.
struct TransferResult {
  enum class Outcome {
    complete,
    unreachable,  // no connection: no name service, no route, nobody answers
    interrupted,  // a connection that broke, went silent or gave a server error: worth another try
    refused,      // the server has no such file, or sends more than `limit` bytes
    stopped,      // on_progress said so
  };
  Outcome outcome = Outcome::complete;
  std::string reason;  // one line; empty when complete
};

struct Transfer {
  std::string url;
  std::uint64_t limit = 0;  // the largest body taken, in bytes
  // Called a few times a second with the bytes so far and in all (0: not known); returns whether to go on.
  std::function<bool(std::uint64_t bytes, std::uint64_t total)> on_progress = {};
};

// Fetches a file over HTTP(S) into `file`, without committing it. Gives up on a connection that is not made within 3
// seconds, or that brings less than 1 KB a second for 10 seconds.
TransferResult fetch(const Transfer& transfer, AtomicFile& file);

}  // namespace nestwright
