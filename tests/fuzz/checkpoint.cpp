#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "model/checkpoint/checkpoint_metadata.h"
#include "support/error.h"
#include "tests/fuzz/heap_limit.h"

// An input is a checkpoint's metadata, a line `key=value` for each entry. What is read, written and read again is the
// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nestwright;
  const HeapLimit limit;
  std::map<std::string, std::string> metadata;
  std::istringstream lines(std::string(data, data + size));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = std::min(line.find('='), line.size());
    metadata[line.substr(0, equals)] = line.substr(std::min(equals + 1, line.size()));
  }
  Checkpoint checkpoint;
  try {
    checkpoint = checkpoint_of(metadata, "input");
  } catch (const Error&) {
    return 0;
  }
  if (checkpoint_of(metadata_of(checkpoint), "printed") != checkpoint) std::abort();
  return 0;
}
