#include "model/checkpoint/checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/checkpoint/checkpoint_consistency.h"
#include "model/checkpoint/checkpoint_metadata.h"
#include "support/error.h"
#include "support/message.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view state_prefix = "optimizer.";

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

}  // namespace

void save_checkpoint(const fs::path& path, const Checkpoint& checkpoint) {
  Safetensors contents{.metadata = metadata_of(checkpoint), .tensors = checkpoint.parameters};
  for (NamedTensor tensor : checkpoint.optimizer_state) {
    tensor.name.insert(0, state_prefix);
    contents.tensors.push_back(std::move(tensor));
  }
  write_safetensors(path, contents);
}

Checkpoint load_checkpoint(const fs::path& path) {
  Safetensors contents = read_safetensors(path);
  Checkpoint checkpoint = checkpoint_of(contents.metadata, path.string());
  require_consistent(checkpoint, path.string());
  checkpoint.has_digest = contents.has_digest;
  for (NamedTensor& tensor : contents.tensors) {
    if (tensor.name.starts_with(state_prefix)) {
      tensor.name.erase(0, state_prefix.size());
      checkpoint.optimizer_state.push_back(std::move(tensor));
    } else {
      checkpoint.parameters.push_back(std::move(tensor));
    }
  }
  return checkpoint;
}

std::vector<NamedTensor> match_tensors(const fs::path& path, const std::vector<NamedTensor>& expected,
                                       std::vector<NamedTensor> found) {
  std::vector<NamedTensor> matched;
  for (const NamedTensor& wanted : expected) {
    const auto same_name = [&](const NamedTensor& tensor) { return tensor.name == wanted.name; };
    const auto tensor = std::find_if(found.begin(), found.end(), same_name);
    if (tensor == found.end()) throw Error(path.string(), fmt::format("lacks the tensor \"{}\"", wanted.name));
    if (tensor->shape != wanted.shape) {
      throw Error(path.string(), fmt::format("its tensor \"{}\" has the shape {}, the model's is {}", wanted.name,
                                             excerpt(shape_text(tensor->shape)), shape_text(wanted.shape)));
    }
    matched.push_back(std::move(*tensor));
    found.erase(tensor);
  }
  if (!found.empty()) {
    throw Error(path.string(),
                fmt::format("has a tensor \"{}\" that the model does not have", excerpt(found.front().name)));
  }
  return matched;
}

}  // namespace nestwright
