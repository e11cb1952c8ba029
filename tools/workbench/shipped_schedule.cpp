#include "tools/workbench/shipped_schedule.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

#include "ops/signature/bias_place.h"
#include "support/error.h"
#include "tools/workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

namespace fs = std::filesystem;

struct Listed {
  std::string schedule;
  std::map<std::string, int> parameters;
};

// The schedule and parameters that a manifest's line lists; nothing where the line is not about this use.
std::optional<Listed> listed_in(std::string line, const Use& use) {
  line = line.substr(0, line.find('#'));
  constexpr std::string_view before_parameters = " with ";
  const std::size_t with = line.find(before_parameters);
  std::istringstream words(line.substr(0, with));
  Listed listed;
  std::string op, algorithm, shape;
  if (!(words >> op >> algorithm >> listed.schedule) || op != use.op) return std::nullopt;
  std::getline(words, shape);
  if (complete_shape(find_signature(op), Shape::parse(shape)) != use.shape) return std::nullopt;
  if (with == std::string::npos) return listed;
  const Shape parameters = Shape::parse(line.substr(with + before_parameters.size()));
  for (const auto& [name, value] : parameters.entries()) listed.parameters[name] = static_cast<int>(value);
  return listed;
}

// Manifests of kernels for GPUs are named *_gpu.kernels.
bool is_for_gpus(const fs::path& manifest) { return manifest.stem().string().ends_with("_gpu"); }

std::optional<Listed> find_listed(const Use& use, bool for_gpus) {
  std::vector<fs::path> manifests;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(schedules_folder().parent_path() / "generators" / "kernels", error)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".kernels" && is_for_gpus(file) == for_gpus) manifests.push_back(file);
  }
  std::ranges::sort(manifests);
  for (const fs::path& manifest : manifests) {
    std::ifstream file(manifest);
    for (std::string line; std::getline(file, line);) {
      if (const auto listed = listed_in(line, use)) return listed;
    }
  }
  return std::nullopt;
}

}  // namespace

bool ships_for_gpus(const std::string& op, const Shape& shape) {
  Use use = {.op = op, .shape = shape, .where = ""};
  if (shape.contains("lanes")) use.shape.set("lanes", device_lanes);
  return find_listed(use, /*for_gpus=*/true).has_value();
}

GpuSettings shipped_gpu_settings(const Use& use, const std::string& schedule) {
  const std::optional<Listed> listed = find_listed(use, /*for_gpus=*/true);
  GpuSettings settings;
  if (!listed || listed->schedule != schedule) return settings;
  settings.parameters = listed->parameters;
  // cuda_registers is a setting of the kernel; all others are parameters of the schedule.
  const auto cap = settings.parameters.extract("cuda_registers");
  if (!cap.empty()) settings.cuda_registers = cap.mapped();
  return settings;
}

std::optional<ScheduleSource> shipped_schedule(const Use& use) {
  constexpr std::int64_t least_usual_lanes = 8;  // images; blocks of fewer get cpu_small_batch
  const bool is_small = use.shape.contains("lanes") && use.shape.at("lanes") < least_usual_lanes;
  const Listed listed = find_listed(use, /*for_gpus=*/false).value_or(Listed{is_small ? "cpu_small_batch" : "cpu", {}});
  for (const std::string& name : {listed.schedule, std::string("cpu")}) {
    const fs::path file = schedules_folder() / use.op / (name + ".nest");
    std::error_code error;
    if (!fs::exists(file, error)) continue;
    ScheduleSource schedule = read_schedule(file.string());
    if (name == listed.schedule) schedule.parameters = listed.parameters;
    return schedule;
  }
  return std::nullopt;
}

}  // namespace nestwright::workbench
