#include "model/device/device_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "error/error.h"
#include "model/graph/forward.h"
#include "model/runtime/training_session.h"

namespace nestwright {
namespace {

// Values, so that every parameter begins where a part of a device's memory may.
constexpr std::int64_t device_slot_alignment = device_alignment / sizeof(float);

// Blocks that a test runs at once.
constexpr std::int64_t most_evaluated_blocks = 32;

std::int64_t blocks_for(std::size_t images) {
  return (static_cast<std::int64_t>(images) + device_lanes - 1) / device_lanes;
}

const halide_device_interface_t* usable_device(const KernelProvider& provider, const std::string& target) {
  const halide_device_interface_t* const device = provider.device(target);
  require_device(device, target);
  return device;
}

void upload(const DeviceMemory& memory, const void* values) { DevicePart(memory, 0, memory.bytes()).upload(values); }

}  // namespace

DeviceSession::Compiled::Compiled(CompiledGraph compiled, std::int64_t blocks, const ParameterLayout& layout,
                                  const DeviceTensors& tensors, const halide_device_interface_t* device)
    : graph(std::move(compiled)),
      arena(device, graph.plan.planned_bytes),
      program(graph, blocks, layout, arena, tensors) {}

DeviceSession::DeviceSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                             const KernelProvider& provider, DeviceTrainingOptions options)
    : model_(model),
      size_{.width = dataset.train.width, .height = dataset.train.height},
      dataset_(&dataset),
      normalisation_(normalisation),
      provider_(&provider),
      options_(std::move(options)),
      device_(usable_device(provider, options_.target)),
      classes_(class_count(model, size_)),
      layout_(parameter_layout(network_graph(model, size_, 1, Purpose::prediction), device_slot_alignment)),
      parameters_(device_, layout_.bytes()),
      gradients_(device_, layout_.bytes()),
      zeros_(device_, layout_.bytes()),
      images_(device_, dataset.train.pixels.size()),
      optimizer_(options_.optimizer, layout_, parameters_, gradients_, provider, options_.target) {
  check_images(dataset.train, size_);
  check_labels(dataset.train, classes_);
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  // What lies between slots stays zero: the optimiser goes through all.
  upload(zeros_, values.data());
  upload(gradients_, values.data());
  initialise(layout_, options_.seed, values);
  upload(parameters_, values.data());
  upload(images_, dataset.train.pixels.data());
}

std::unique_ptr<DeviceSession::Compiled> DeviceSession::compile(Purpose purpose, std::int64_t blocks,
                                                                const DeviceMemory& images,
                                                                const LabelledImages& labelled) {
  CompiledGraph graph = compile_graph(network_graph(model_, size_, device_lanes, purpose), *provider_, options_.target,
                                      {.blocks = blocks, .alignment = device_alignment});
  const DeviceTensors tensors = {.images = &images,
                                 .image_count = labelled.count,
                                 .parameters = &parameters_,
                                 .gradients = &gradients_,
                                 .zeros = &zeros_};
  auto compiled = std::make_unique<Compiled>(std::move(graph), blocks, layout_, tensors, device_);
  compiled->program.set_normalisation(normalisation_);
  return compiled;
}

DeviceProgram& DeviceSession::training_program(std::int64_t blocks) {
  std::unique_ptr<Compiled>& compiled = training_[blocks];
  if (!compiled) compiled = compile(Purpose::training, blocks, images_, dataset_->train);
  return compiled->program;
}

double DeviceSession::step(std::span<const std::int32_t> indices, double learning_rate) {
  check_indices(dataset_->train, indices);
  DeviceProgram& program = training_program(blocks_for(indices.size()));
  program.load_images(indices, dataset_->train.labels);
  program.set_loss_scale(1.0F / static_cast<float>(indices.size()));
  program.run();
  optimizer_.update(learning_rate, ++steps_done_);
  const std::span<const float> losses = program.read_losses();
  return std::accumulate(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(indices.size()), 0.0);
}

TestResult DeviceSession::test() {
  const Evaluation evaluation = evaluate(dataset_->test);
  return {.loss = evaluation.loss, .accuracy = evaluation.accuracy};
}

Evaluation DeviceSession::evaluate(const LabelledImages& images) {
  check_images(images, size_);
  check_labels(images, classes_);
  const DeviceMemory pixels(device_, images.pixels.size());
  upload(pixels, images.pixels.data());
  std::vector<std::int32_t> indices(static_cast<std::size_t>(images.count));
  std::iota(indices.begin(), indices.end(), 0);
  const auto at_once = std::min<std::size_t>(indices.size(), most_evaluated_blocks * device_lanes);
  const std::unique_ptr<Compiled> compiled = compile(Purpose::evaluation, blocks_for(at_once), pixels, images);
  std::vector<float> losses;
  std::vector<std::uint8_t> predicted;
  for (std::size_t first = 0; first < indices.size(); first += at_once) {
    const std::size_t count = std::min(at_once, indices.size() - first);
    compiled->program.load_images(std::span(indices).subspan(first, count), images.labels);
    compiled->program.run();
    const auto some_losses = compiled->program.read_losses().first(count);
    const auto some_predicted = compiled->program.read_predictions().first(count);
    losses.insert(losses.end(), some_losses.begin(), some_losses.end());
    predicted.insert(predicted.end(), some_predicted.begin(), some_predicted.end());
  }
  return summarise(images, classes_, losses, predicted);
}

std::vector<NamedTensor> DeviceSession::download(const DeviceMemory& vector) const {
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  DevicePart(vector, 0, layout_.bytes()).download(values.data());
  return named_tensors(layout_, values);
}

std::vector<NamedTensor> DeviceSession::parameters() const { return download(parameters_); }
std::vector<NamedTensor> DeviceSession::gradients() const { return download(gradients_); }

void DeviceSession::set_parameters(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors) {
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  assign_tensors(layout_, values, path, tensors);
  upload(parameters_, values.data());
}

void DeviceSession::save(Checkpoint& checkpoint) const {
  checkpoint.model = model_.name;
  checkpoint.optimizer = options_.optimizer.name;
  checkpoint.seed = options_.seed;
  checkpoint.normalisation = normalisation_;
  checkpoint.parameters = parameters();
  checkpoint.optimizer_state = optimizer_.state();
}

void DeviceSession::restore(const std::filesystem::path& path, const Checkpoint& checkpoint) {
  require_same_training(path, checkpoint, model_, options_.optimizer, options_.seed, normalisation_);
  // All is checked before anything changes.
  match_tensors(path, parameters(), checkpoint.parameters);
  optimizer_.set_state(path, checkpoint.optimizer_state);
  set_parameters(path, checkpoint.parameters);
  steps_done_ = checkpoint.progress.total_steps;
}

MemoryReport DeviceSession::memory() {
  const std::int64_t blocks = blocks_for(static_cast<std::size_t>(options_.batch_size));
  training_program(blocks);
  const MemoryPlan& plan = training_.at(blocks)->graph.plan;
  return {.planned = plan.planned_bytes,
          .sum_of_all = plan.sum_of_all,
          .workers = 1,
          .parameters = parameters_.bytes(),
          .partial_gradients = gradients_.bytes() + zeros_.bytes(),
          .optimizer_state = optimizer_.state_bytes()};
}

}  // namespace nestwright
