#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "tests/train/program.h"

namespace nestwright {

// A temporary folder with a small data set: 320 training and 48 test images.
class SmallData {
 public:
  SmallData();

  // The arguments of `nestwright train` on this data set, followed by `arguments`.
  std::vector<std::string> train(std::vector<std::string> arguments) const;
  std::string path() const { return folder_.path().string(); }

 private:
  TemporaryFolder folder_;
};

// What a checkpoint holds, without the times, which differ from run to run, and without the name of the data.
struct State {
  std::map<std::string, std::string> metadata;
  std::vector<NamedTensor> tensors;

  friend bool operator==(const State&, const State&) = default;
};

State read_state(const std::filesystem::path& checkpoint);

}  // namespace nestwright
