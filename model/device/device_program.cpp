#include "model/device/device_program.h"

#include <algorithm>

#include "model/device/kernel_launch.h"
#include "model/graph/dependencies.h"
#include "model/graph/forward.h"

namespace nestwright {
namespace {

// The label of a lane without an image.
constexpr std::uint8_t no_label = 255;
constexpr std::int32_t no_image = -1;

std::size_t offset_of(const ParameterSlot& slot) { return static_cast<std::size_t>(slot.offset) * sizeof(float); }

// The tensors that the host fills before a run.
std::vector<TensorId> filled_inputs(const Graph& graph) {
  std::vector<TensorId> ids;
  for (TensorId id = 0; id < graph.tensors.size(); ++id) {
    const Tensor& tensor = graph.tensors[id];
    if (tensor.role == Role::input && !tensor.dimensions.empty()) ids.push_back(id);
  }
  return ids;
}

std::vector<std::size_t> bytes_of(const std::vector<TensorId>& ids, const Graph& graph, std::int64_t blocks,
                                  std::span<const std::size_t> more) {
  std::vector<std::size_t> bytes;
  for (const TensorId id : ids) bytes.push_back(static_cast<std::size_t>(blocks * size_in_bytes(graph.tensors[id])));
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

// Whether the host reads the tensor after a run.
bool is_brought(const Tensor& tensor) {
  return tensor.name == tensor_name::loss || tensor.name == tensor_name::predicted ||
         tensor.name == tensor_name::logits;
}

// The nodes that write the tensor `id`, or another tensor in the same storage.
std::vector<std::size_t> writers_of(const Graph& graph, TensorId id) {
  std::vector<std::size_t> writers;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    const bool is_writer = std::ranges::any_of(
        graph.nodes[node].outputs, [&](TensorId output) { return storage_of(graph, output) == storage_of(graph, id); });
    if (is_writer) writers.push_back(node);
  }
  return writers;
}

const DeviceMemory& memory_for(const Tensor& tensor, bool is_output, const DeviceMemory& arena,
                               const DeviceTensors& tensors) {
  switch (tensor.role) {
    case Role::images:
      return *tensors.images;
    case Role::parameter:
      return *tensors.parameters;
    case Role::parameter_gradient:
      return is_output ? *tensors.gradients : *tensors.zeros;
    case Role::block_gradients:
      return *tensors.gradients;
    default:
      return arena;
  }
}

}  // namespace

DeviceProgram::DeviceProgram(const CompiledGraph& graph, std::int64_t blocks, const ParameterLayout& layout,
                             const DeviceMemory& arena, const DeviceTensors& tensors, DeviceQueue& queue,
                             std::span<const std::size_t> more_sent)
    : compiled_(&graph),
      queue_(&queue),
      blocks_(blocks),
      inputs_(filled_inputs(graph.graph)),
      sent_(queue, bytes_of(inputs_, graph.graph, blocks, more_sent)) {
  const std::vector<Node>& nodes = graph.graph.nodes;
  calls_.reserve(nodes.size());
  for (const Node& node : nodes) add_call(node, layout, arena, tensors);
  std::vector<std::vector<std::size_t>> dependencies =
      dependencies_of(graph.graph, graph.plan, {.blocks = blocks, .alignment = device_alignment});
  for (TensorId id = 0; id < graph.graph.tensors.size(); ++id) {
    const std::vector<std::size_t> writers = writers_of(graph.graph, id);
    if (!is_brought(graph.graph.tensors[id]) || writers.empty()) continue;
    add_brought(id, arena);
    dependencies.push_back(writers);
  }
  branches_ = branches_of(dependencies);
  kernel_branches_.assign(branches_.begin(), branches_.begin() + static_cast<std::ptrdiff_t>(nodes.size()));
}

float& DeviceProgram::scalar(const std::string& name) {
  const auto found = std::ranges::find(scalars_, name, &Scalar::name);
  return found != scalars_.end() ? found->value : scalars_.emplace_back(Scalar{.name = name}).value;
}

void DeviceProgram::add_brought(TensorId id, const DeviceMemory& arena) {
  const Graph& graph = compiled_->graph;
  const Tensor& tensor = graph.tensors[id];
  const auto pitch = static_cast<std::size_t>(size_in_bytes(graph.tensors[storage_of(graph, id)]));
  DevicePart& part =
      parts_.emplace_back(arena, compiled_->plan.offsets[id].value(), static_cast<std::size_t>(size_in_bytes(tensor)),
                          static_cast<std::size_t>(blocks_), pitch);
  brought_.push_back({.name = tensor.name, .part = &part, .memory = queue_->host_memory(part.bytes())});
}

template <typename Value>
std::span<Value> DeviceProgram::sent_values(const char* name) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (compiled_->graph.tensors[inputs_[i]].name == name) return sent_.values<Value>(i);
  }
  return {};
}

DeviceProgram::Place DeviceProgram::place_of(TensorId id, bool is_output, const ParameterLayout& layout,
                                             const DeviceMemory& arena, const DeviceTensors& tensors) {
  const Graph& graph = compiled_->graph;
  const Tensor& tensor = graph.tensors[id];
  const DeviceMemory& memory = memory_for(tensor, is_output, arena, tensors);
  if (const auto input = std::ranges::find(inputs_, id); input != inputs_.end()) {
    return {&sent_.part(static_cast<std::size_t>(input - inputs_.begin())), element_count(tensor.dimensions)};
  }
  if (tensor.role == Role::images) return {&parts_.emplace_back(memory, 0, memory.bytes())};
  const auto bytes = static_cast<std::size_t>(size_in_bytes(tensor)), blocks = static_cast<std::size_t>(blocks_);
  if (tensor.role == Role::parameter || tensor.role == Role::parameter_gradient) {
    return {&parts_.emplace_back(memory, offset_of(slot_of(graph, id, layout)), bytes)};
  }
  if (tensor.role == Role::block_gradients) {
    return {&parts_.emplace_back(memory, offset_of(slot_of(graph, id, layout)), bytes, blocks, layout.bytes()),
            layout.size};
  }
  const Tensor& storage = graph.tensors[storage_of(graph, id)];
  return {&parts_.emplace_back(memory, compiled_->plan.offsets[id].value(), bytes, blocks,
                               static_cast<std::size_t>(size_in_bytes(storage))),
          element_count(storage.dimensions)};
}

void DeviceProgram::add_call(const Node& node, const ParameterLayout& layout, const DeviceMemory& arena,
                             const DeviceTensors& tensors) {
  std::vector<TensorId> ids = node.inputs;
  ids.insert(ids.end(), node.outputs.begin(), node.outputs.end());
  std::vector<void*> memory;
  for (const TensorId id : ids) {
    const Tensor& tensor = compiled_->graph.tensors[id];
    memory.push_back(tensor.dimensions.empty() ? &scalar(tensor.name) : nullptr);
  }
  const std::vector<KernelArguments::DynamicExtent> extents = {
      {"block", static_cast<std::int32_t>(blocks_)}, {"image", static_cast<std::int32_t>(tensors.image_count)}};
  const std::vector<TensorSpec> specs = argument_specs(node);
  KernelArguments& arguments = calls_.emplace_back(specs, memory, extents);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (memory[i] != nullptr) continue;
    const Place place = place_of(ids[i], i >= node.inputs.size(), layout, arena, tensors);
    arguments.set_device(i, place.part->handle(), arena.device());
    // Blocks are the outermost dimension.
    if (place.block_stride) {
      arguments.set_stride(i, specs[i].dimensions.size() - 1, static_cast<std::int32_t>(*place.block_stride));
    }
  }
}

void DeviceProgram::set_normalisation(const Normalisation& normalisation) {
  scalar(tensor_name::pixel_mean) = 255.0F * normalisation.mean;
  scalar(tensor_name::pixel_scale) = 1.0F / (255.0F * normalisation.deviation);
}

void DeviceProgram::set_loss_scale(float scale) { scalar(tensor_name::loss_scale) = scale; }

void DeviceProgram::load_images(std::span<const std::int32_t> indices, std::span<const std::uint8_t> labels_of_all,
                                bool in_order) {
  const std::span<std::int32_t> taken = sent_values<std::int32_t>(tensor_name::indices);
  const std::span<std::uint8_t> labels = sent_values<std::uint8_t>(tensor_name::labels);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const bool is_taken = i < indices.size();
    taken[i] = !is_taken ? no_image : in_order ? static_cast<std::int32_t>(i) : indices[i];
    if (!labels.empty()) labels[i] = is_taken ? labels_of_all[static_cast<std::size_t>(indices[i])] : no_label;
  }
}

void DeviceProgram::issue(bool with_copies) {
  if (with_copies) sent_.send();
  queue_->issue_beside(with_copies ? branches_ : kernel_branches_, [&](std::size_t piece) {
    if (piece < calls_.size()) return issue_node(piece);
    const Brought& brought = brought_[piece - calls_.size()];
    queue_->download(*brought.part, brought.memory.get());
  });
}

void DeviceProgram::issue_node(std::size_t index) { launch(*compiled_->kernels[index], calls_[index]); }

std::vector<float> DeviceProgram::scalars() const {
  std::vector<float> values;
  for (const Scalar& each : scalars_) values.push_back(each.value);
  return values;
}

}  // namespace nestwright
