#include "model/device/device_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "model/device/device_layout.h"
#include "model/graph/forward.h"
#include "model/runtime/training_session.h"
#include "ops/signature/bias_place.h"
#include "support/error.h"

namespace nestwright {
namespace {

// The most blocks that a test runs at once: 1024 images, a choice that bounds the memory which a test takes.
constexpr std::int64_t most_evaluated_blocks = 32;

std::int64_t blocks_for(std::size_t images) {
  return (static_cast<std::int64_t>(images) + device_lanes - 1) / device_lanes;
}

void upload(const DeviceMemory& memory, const void* values) { DevicePart(memory, 0, memory.bytes()).upload(values); }

std::vector<float> download(const DeviceMemory& memory) {
  std::vector<float> values(memory.bytes() / sizeof(float));
  DevicePart(memory, 0, memory.bytes()).download(values.data());
  return values;
}

// The images on the device; null where it has no room for them, or they are more than `most_bytes`.
std::unique_ptr<DeviceMemory> kept_images(const DeviceQueue& queue, const LabelledImages& images,
                                          std::size_t most_bytes) {
  if (images.pixels.size() > most_bytes) return nullptr;
  std::unique_ptr<DeviceMemory> memory = DeviceMemory::where_there_is_room(queue.device(), images.pixels.size());
  if (memory) upload(*memory, images.pixels.data());
  return memory;
}

}  // namespace

DeviceSession::Compiled::Compiled(CompiledGraph compiled, std::int64_t blocks, const ParameterLayout& layout,
                                  const DeviceTensors& tensors, DeviceQueue& queue,
                                  std::span<const std::size_t> more_sent)
    : graph(std::move(compiled)),
      arena(queue.device(), graph.plan.planned_bytes),
      program(graph, blocks, layout, arena, tensors, queue, more_sent) {}

DeviceSession::Training::Training(DeviceSession& session, std::int64_t blocks)
    : gradients(session.queue_.device(), static_cast<std::size_t>(blocks) * session.layout_.bytes()),
      images(session.keeps_images()
                 ? nullptr
                 : std::make_unique<ImageStream>(session.queue_, session.dataset_->train, blocks * device_lanes)),
      compiled(session.compile(Purpose::training, blocks,
                               {.images = images ? &images->batch() : session.images_.get(),
                                .image_count = images ? images->count() : session.dataset_->train.count,
                                .parameters = &session.parameters_,
                                .gradients = &gradients,
                                .zeros = &session.zeros_},
                               session.optimizer_.sent_bytes())),
      update(session.optimizer_, gradients, blocks, compiled->program.sent(), compiled->program.first_more_sent()) {
  // The optimiser reads the vectors as a whole, so that what no kernel writes, between slots and in the vectors of some
  // blocks, must be zero.
  upload(gradients, std::vector<float>(gradients.bytes() / sizeof(float)).data());
}

DeviceSession::DeviceSession(const Model& model, const Dataset& dataset, const Normalisation& normalisation,
                             const KernelProvider& provider, DeviceTrainingOptions options)
    : model_(model),
      size_{.width = dataset.train.width, .height = dataset.train.height},
      dataset_(&dataset),
      normalisation_(normalisation),
      provider_(&provider),
      options_(std::move(options)),
      queue_(provider, options_.target),
      classes_(class_count(model, size_)),
      layout_(device_parameter_layout(network_graph(model, size_, 1, Purpose::prediction))),
      parameters_(queue_.device(), layout_.bytes()),
      zeros_(queue_.device(), layout_.bytes()),
      images_(kept_images(queue_, dataset.train, options_.most_image_bytes)),
      optimizer_(options_.optimizer, layout_, parameters_, provider, options_.target) {
  check_images(dataset.train, size_);
  check_labels(dataset.train, classes_);
  std::vector<float> values(static_cast<std::size_t>(layout_.size));
  upload(zeros_, values.data());
  initialise(layout_, options_.seed, values);
  upload(parameters_, values.data());
}

std::unique_ptr<DeviceSession::Compiled> DeviceSession::compile(Purpose purpose, std::int64_t blocks,
                                                                const DeviceTensors& tensors,
                                                                std::span<const std::size_t> more_sent) {
  const CanRun can_run = [&](const std::string& op, const Shape& shape) {
    return provider_->can_run(op, shape, options_.target);
  };
  CompiledGraph graph = compile_graph(device_graph(model_, size_, device_lanes, purpose, can_run), *provider_,
                                      options_.target, {.blocks = blocks, .alignment = device_alignment});
  auto compiled = std::make_unique<Compiled>(std::move(graph), blocks, layout_, tensors, queue_, more_sent);
  compiled->program.set_normalisation(normalisation_);
  return compiled;
}

DeviceSession::Training& DeviceSession::training_for(std::int64_t blocks) {
  std::unique_ptr<Training>& training = training_[blocks];
  if (!training) training = std::make_unique<Training>(*this, blocks);
  return *training;
}

void DeviceSession::prepare_step(Training& training, std::span<const std::int32_t> indices, double learning_rate) {
  DeviceProgram& program = training.compiled->program;
  program.load_images(indices, dataset_->train.labels, training.images != nullptr);
  program.set_loss_scale(1.0F / static_cast<float>(indices.size()));
  training.update.set_step(learning_rate, ++steps_done_);
}

void DeviceSession::issue_step(Training& training, std::span<const std::int32_t> indices) {
  DeviceProgram& program = training.compiled->program;
  if (training.images) training.images->use(indices);
  queue_.run(training.step, program.scalars(), [&] {
    program.issue();
    training.update.issue();
  });
}

double DeviceSession::step(std::span<const std::int32_t> indices, double learning_rate) {
  check_indices(dataset_->train, indices);
  last_blocks_ = blocks_for(indices.size());
  Training& training = training_for(last_blocks_);
  prepare_step(training, indices, learning_rate);
  issue_step(training, indices);
  // The next batch is fetched while the device computes, if it has as many blocks as this one: only then the same
  // program takes it.
  if (training.images && blocks_for(announced_.size()) == last_blocks_) training.images->fetch(announced_);
  announced_.clear();
  queue_.finish();
  const std::span<const float> losses = training.compiled->program.losses();
  return std::accumulate(losses.begin(), losses.begin() + static_cast<std::ptrdiff_t>(indices.size()), 0.0);
}

void DeviceSession::announce(std::span<const std::int32_t> indices) {
  if (!indices.empty()) check_indices(dataset_->train, indices);
  announced_.assign(indices.begin(), indices.end());
}

DeviceSession::Step DeviceSession::step_of(std::size_t image_count) {
  Training& training = training_for(blocks_for(image_count));
  return {.program = training.compiled->program, .update = training.update, .recorded = training.step};
}

std::unique_ptr<DeviceSession::Compiled> DeviceSession::inference(std::size_t image_count) {
  return compile(Purpose::prediction, blocks_for(image_count),
                 {.images = images_.get(), .image_count = dataset_->train.count, .parameters = &parameters_});
}

TestResult DeviceSession::test() {
  const Evaluation evaluation = evaluate(dataset_->test);
  return {.loss = evaluation.loss, .accuracy = evaluation.accuracy};
}

Evaluation DeviceSession::evaluate(const LabelledImages& images) {
  check_images(images, size_);
  check_labels(images, classes_);
  std::vector<std::int32_t> indices(static_cast<std::size_t>(images.count));
  std::iota(indices.begin(), indices.end(), 0);
  const auto at_once = std::min<std::size_t>(indices.size(), most_evaluated_blocks * device_lanes);
  const std::size_t image_bytes = static_cast<std::size_t>(images.width * images.height);
  const DeviceMemory pixels(queue_.device(), at_once * image_bytes);
  const std::unique_ptr<Compiled> compiled =
      compile(Purpose::evaluation, blocks_for(at_once),
              {.images = &pixels, .image_count = static_cast<std::int64_t>(at_once), .parameters = &parameters_});
  std::vector<float> losses;
  std::vector<std::uint8_t> predicted;
  for (std::size_t first = 0; first < indices.size(); first += at_once) {
    const std::size_t count = std::min(at_once, indices.size() - first);
    DevicePart(pixels, 0, count * image_bytes).upload(images.pixels.data() + first * image_bytes);
    compiled->program.load_images(std::span(indices).subspan(first, count), images.labels, true);
    compiled->program.issue();
    queue_.finish();
    const auto some_losses = compiled->program.losses().first(count);
    const auto some_predicted = compiled->program.predictions().first(count);
    losses.insert(losses.end(), some_losses.begin(), some_losses.end());
    predicted.insert(predicted.end(), some_predicted.begin(), some_predicted.end());
  }
  return summarise(images, classes_, losses, predicted);
}

std::vector<NamedTensor> DeviceSession::parameters() const { return named_tensors(layout_, download(parameters_)); }

std::vector<NamedTensor> DeviceSession::gradients() const {
  std::vector<float> sums(static_cast<std::size_t>(layout_.size));
  if (last_blocks_ != 0) {
    const std::vector<float> of_blocks = download(training_.at(last_blocks_)->gradients);
    for (std::size_t i = 0; i < of_blocks.size(); ++i) sums[i % sums.size()] += of_blocks[i];
  }
  return named_tensors(layout_, sums);
}

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
  const Training& training = training_for(blocks);
  const MemoryPlan& plan = training.compiled->graph.plan;
  return {.planned = plan.planned_bytes,
          .sum_of_all = plan.sum_of_all,
          .workers = 1,
          .parameters = parameters_.bytes(),
          .partial_gradients = training.gradients.bytes() + zeros_.bytes(),
          .optimizer_state = optimizer_.state_bytes()};
}

}  // namespace nestwright
