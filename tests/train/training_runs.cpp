#include "tests/train/training_runs.h"

#include <nlohmann/json.hpp>

#include "tests/support/idx_files.h"

namespace nestwright {

SmallData::SmallData() { write_data_set(folder_.path(), 320, 48); }

std::vector<std::string> SmallData::train(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"train", "--data", path()});
  return arguments;
}

State read_state(const std::filesystem::path& checkpoint) {
  Safetensors contents = read_safetensors(checkpoint);
  for (const char* key : {"train_seconds", "total_seconds", "option.data"}) contents.metadata.erase(key);
  nlohmann::json results = nlohmann::json::parse(contents.metadata.at("results"));
  for (nlohmann::json& result : results) {
    for (const char* key : {"train_seconds", "total_seconds", "images_per_second"}) result.erase(key);
  }
  contents.metadata["results"] = results.dump();
  return {.metadata = std::move(contents.metadata), .tensors = std::move(contents.tensors)};
}

}  // namespace nestwright
