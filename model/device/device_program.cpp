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
                             const DeviceMemory& arena, const DeviceTensors& tensors, DeviceQueue& queue)
    : compiled_(&graph),
      queue_(&queue),
      blocks_(blocks),
      indices_(find_host_tensor(tensor_name::indices, arena)),
      labels_(find_host_tensor(tensor_name::labels, arena)),
      losses_(find_host_tensor(tensor_name::loss, arena)),
      predictions_(find_host_tensor(tensor_name::predicted, arena)),
      logits_(find_host_tensor(tensor_name::logits, arena)) {
  calls_.reserve(graph.graph.nodes.size());
  for (const Node& node : graph.graph.nodes) add_call(node, layout, arena, tensors);
  branches_ = branches_of(dependencies_of(graph.graph, graph.plan, {.blocks = blocks, .alignment = device_alignment}));
}

float& DeviceProgram::scalar(const std::string& name) {
  const auto found = std::ranges::find(scalars_, name, &Scalar::name);
  return found != scalars_.end() ? found->value : scalars_.emplace_back(Scalar{.name = name}).value;
}

DeviceProgram::HostTensor DeviceProgram::find_host_tensor(const char* name, const DeviceMemory& arena) {
  const std::vector<Tensor>& tensors = compiled_->graph.tensors;
  const auto tensor = std::ranges::find(tensors, name, &Tensor::name);
  if (tensor == tensors.end()) return {};
  const auto id = static_cast<TensorId>(tensor - tensors.begin());
  const auto pitch = static_cast<std::size_t>(size_in_bytes(tensors[storage_of(compiled_->graph, id)]));
  DevicePart& part =
      parts_.emplace_back(arena, compiled_->plan.offsets[id].value(), static_cast<std::size_t>(size_in_bytes(*tensor)),
                          static_cast<std::size_t>(blocks_), pitch);
  return {.part = &part, .memory = queue_->host_memory(part.bytes())};
}

DeviceProgram::Place DeviceProgram::place_of(TensorId id, bool is_output, const ParameterLayout& layout,
                                             const DeviceMemory& arena, const DeviceTensors& tensors) {
  const Graph& graph = compiled_->graph;
  const Tensor& tensor = graph.tensors[id];
  const DeviceMemory& memory = memory_for(tensor, is_output, arena, tensors);
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
  const std::span<std::int32_t> taken = indices_.values<std::int32_t>();
  const std::span<std::uint8_t> labels = labels_.values<std::uint8_t>();
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const bool is_taken = i < indices.size();
    taken[i] = !is_taken ? no_image : in_order ? static_cast<std::int32_t>(i) : indices[i];
    if (!labels.empty()) labels[i] = is_taken ? labels_of_all[static_cast<std::size_t>(indices[i])] : no_label;
  }
}

void DeviceProgram::issue() {
  for (const HostTensor* input : {&indices_, &labels_}) {
    if (input->part != nullptr) queue_->upload(*input->part, input->memory.get());
  }
  queue_->issue_beside(branches_, [&](std::size_t node) { issue_node(node); });
  for (const HostTensor* output : {&losses_, &predictions_, &logits_}) {
    if (output->part != nullptr) queue_->download(*output->part, output->memory.get());
  }
}

void DeviceProgram::issue_node(std::size_t index) { launch(*compiled_->kernels[index], calls_[index]); }

std::vector<float> DeviceProgram::scalars() const {
  std::vector<float> values;
  for (const Scalar& scalar : scalars_) values.push_back(scalar.value);
  return values;
}

}  // namespace nestwright
