#include "tests/model/pytorch_fixture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>

#include "model/data/philox.h"

namespace nestwright {
namespace {

using nlohmann::json;

std::uint32_t word(std::size_t stream, std::size_t index, std::uint32_t data = 0) {
  return philox4x32({static_cast<std::uint32_t>(index), 0, 0, 0}, {static_cast<std::uint32_t>(stream), data})[0];
}

NamedTensor make_parameter(const json& description, std::size_t stream) {
  NamedTensor tensor = {.shape = description.at("shape").get<std::vector<std::int64_t>>()};
  const std::int64_t count =
      std::accumulate(tensor.shape.begin(), tensor.shape.end(), std::int64_t{1}, std::multiplies<>());
  const auto scale = description.at("scale").get<float>();
  for (std::size_t element = 0; element < static_cast<std::size_t>(count); ++element) {
    const auto integer = static_cast<std::int32_t>(word(stream, element) >> 8U) - (1 << 23);
    tensor.values.push_back(static_cast<float>(integer) * 0x1p-23F * scale);
  }
  return tensor;
}

std::vector<SampledTensor> read_sampled(const json& list) {
  std::vector<SampledTensor> tensors;
  for (const json& entry : list) {
    tensors.push_back({.norm = entry.at("norm"), .entries = entry.at("entries").get<std::vector<double>>()});
  }
  return tensors;
}

OptimizerOptions read_optimizer(const json& settings) {
  OptimizerOptions options = optimizer_defaults(settings.at("name").get<std::string>());
  options.momentum = settings.value("momentum", options.momentum);
  options.rho = settings.value("rho", options.rho);
  options.beta1 = settings.value("beta1", options.beta1);
  options.beta2 = settings.value("beta2", options.beta2);
  options.epsilon = settings.value("eps", options.epsilon);
  return options;
}

PyTorchRun read_run(const json& entry) {
  PyTorchRun run = {.model = entry.at("model"),
                    .optimizer = read_optimizer(entry.at("optimizer")),
                    .learning_rate = entry.at("optimizer").at("lr"),
                    .batch = entry.at("batch"),
                    .data = entry.at("data"),
                    .final_parameters = read_sampled(entry.at("final"))};
  for (const json& description : entry.at("parameters")) {
    run.parameters.push_back(make_parameter(description, run.parameters.size()));
    run.sampled.push_back(description.at("sampled").get<std::vector<std::size_t>>());
  }
  for (const json& step : entry.at("steps")) {
    run.steps.push_back({.loss = step.at("loss"), .gradients = read_sampled(step.at("gradients"))});
    const json& error = step.at("float32_error");
    run.step_error.loss = std::max(run.step_error.loss, error.at("loss").get<double>());
    run.step_error.norms = std::max(run.step_error.norms, error.at("norms").get<double>());
    run.step_error.entries = std::max(run.step_error.entries, error.at("entries").get<double>());
  }
  run.final_error.norms = entry.at("final_float32_error").at("norms");
  run.final_error.entries = entry.at("final_float32_error").at("entries");
  return run;
}

double norm_of(const NamedTensor& tensor) {
  double squares = 0.0;
  for (const float value : tensor.values) squares += double{value} * value;
  return std::sqrt(squares);
}

}  // namespace

void Deviation::add(double error, double float32_error, const std::string& tensor) {
  if (error / std::max(float32_error, least_float32_error) <= multiple) return;
  multiple = error / std::max(float32_error, least_float32_error);
  where = tensor;
}

Deviation deviation_of(const std::vector<NamedTensor>& tensors, const std::vector<SampledTensor>& expected,
                       const PyTorchRun& run, const Float32Error& error) {
  Deviation deviation;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    deviation.add(std::abs(norm_of(tensors[t]) / expected[t].norm - 1.0), error.norms, tensors[t].name);
    for (std::size_t e = 0; e < run.sampled[t].size(); ++e) {
      const double difference = tensors[t].values.at(run.sampled[t][e]) - expected[t].entries[e];
      deviation.add(std::abs(difference) / expected[t].norm, error.entries, tensors[t].name);
    }
  }
  return deviation;
}

std::vector<PyTorchRun> read_pytorch_runs() {
  // Where a test runs far from the sources, the variable names the folder of fixtures.
  const char* const folder = std::getenv("NESTWRIGHT_FIXTURES");
  std::ifstream file(std::filesystem::path(folder == nullptr ? NESTWRIGHT_FIXTURES_FOLDER : folder) /
                     "lenet5_steps.json");
  const json fixture = json::parse(file);
  std::vector<PyTorchRun> runs;
  for (const json& entry : fixture.at("cases")) runs.push_back(read_run(entry));
  return runs;
}

LabelledImages pytorch_images(std::int64_t steps, std::int64_t batch, std::uint32_t data) {
  LabelledImages images = {.count = steps * batch, .width = 28, .height = 28};
  constexpr std::size_t size = 784;  // 28 x 28
  for (std::size_t step = 0; step < static_cast<std::size_t>(steps); ++step) {
    for (std::size_t n = 0; n < static_cast<std::size_t>(batch); ++n) {
      const std::size_t label = word(2000 + step, n, data) % 10;
      images.labels.push_back(static_cast<std::uint8_t>(label));
      for (std::size_t pixel = 0; pixel < size; ++pixel) {
        const std::uint32_t noise = word(1000 + step, n * size + pixel, data) >> 25U;
        images.pixels.push_back(static_cast<std::uint8_t>(noise + (word(3000 + label, pixel, data) >> 25U)));
      }
    }
  }
  return images;
}

}  // namespace nestwright
