#include "model/runtime/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "generators/kernel_interface/kernel_error.h"
#include "model/graph/forward.h"
#include "support/error.h"

namespace nestwright {
namespace {

// The label of a lane without an image.
constexpr std::uint8_t no_label = 255;
constexpr std::int32_t no_image = -1;

}  // namespace

CompiledGraph compile_graph(Graph graph, const KernelProvider& provider, const std::string& target,
                            const MemoryUnit& unit) {
  CompiledGraph compiled = {.graph = std::move(graph), .plan = {}, .kernels = {}};
  compiled.plan = plan_memory(compiled.graph, unit);
  for (const Node& node : compiled.graph.nodes) {
    compiled.kernels.push_back(&provider.find(node.op, node.shape, target));
  }
  return compiled;
}

Program::Program(const CompiledGraph& graph, const ParameterLayout& layout, float* parameters)
    : compiled_(&graph),
      arena_(graph.plan.planned_bytes),
      indices_(find_value<std::int32_t>(tensor_name::indices)),
      labels_(find_value<std::uint8_t>(tensor_name::labels)),
      pixel_mean_(find_value<float>(tensor_name::pixel_mean)),
      pixel_scale_(find_value<float>(tensor_name::pixel_scale)),
      loss_scale_(find_value<float>(tensor_name::loss_scale)),
      loss_(find_value<float>(tensor_name::loss)),
      predicted_(find_value<std::uint8_t>(tensor_name::predicted)),
      logits_(find_value<float>(tensor_name::logits)) {
  calls_.reserve(graph.graph.nodes.size());
  for (const Node& node : graph.graph.nodes) add_call(node, layout, parameters);
}

template <typename Value>
Value* Program::find_value(const char* name) const {
  const std::vector<Tensor>& tensors = compiled_->graph.tensors;
  const auto tensor = std::ranges::find(tensors, name, &Tensor::name);
  if (tensor == tensors.end()) return nullptr;
  const auto& offset = compiled_->plan.offsets[static_cast<TensorId>(tensor - tensors.begin())];
  return reinterpret_cast<Value*>(arena_.data() + offset.value());
}

void* Program::memory_of(TensorId id, const ParameterLayout& layout, float* parameters) const {
  const Graph& graph = compiled_->graph;
  if (graph.tensors[id].role == Role::parameter) return parameters + slot_of(graph, id, layout).offset;
  const auto& offset = compiled_->plan.offsets[id];
  return offset ? arena_.data() + *offset : nullptr;
}

void Program::add_call(const Node& node, const ParameterLayout& layout, float* parameters) {
  std::vector<TensorId> tensors = node.inputs;
  tensors.insert(tensors.end(), node.outputs.begin(), node.outputs.end());
  std::vector<void*> memory;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Role role = compiled_->graph.tensors[tensors[i]].role;
    memory.push_back(memory_of(tensors[i], layout, parameters));
    if (role == Role::images) image_arguments_.push_back({.call = calls_.size(), .argument = i});
    if (role == Role::parameter_gradient) {
      const std::int64_t offset = slot_of(compiled_->graph, tensors[i], layout).offset;
      gradient_arguments_.push_back(
          {.call = calls_.size(), .argument = i, .offset = offset, .is_output = i >= node.inputs.size()});
    }
  }
  const std::vector<KernelArguments::DynamicExtent> extents = {{"block", 1}, {"image", 0}};
  calls_.emplace_back(argument_specs(node), memory, extents);
}

void Program::bind_images(const LabelledImages& images, const Normalisation& normalisation) {
  constexpr std::size_t image_dimension = 2;
  images_ = &images;
  for (const LateArgument& late : image_arguments_) {
    // A kernel's inputs are not written to; Halide's buffers know no const.
    calls_[late.call].set_memory(late.argument, const_cast<std::uint8_t*>(images.pixels.data()));
    calls_[late.call].set_extent(late.argument, image_dimension, static_cast<std::int32_t>(images.count));
  }
  *pixel_mean_ = 255.0F * normalisation.mean;
  *pixel_scale_ = 1.0F / (255.0F * normalisation.deviation);
}

void Program::bind_gradients(const float* previous, float* gradients) {
  for (const LateArgument& late : gradient_arguments_) {
    float* const vector = late.is_output ? gradients : const_cast<float*>(previous);  // an input is not written to
    calls_[late.call].set_memory(late.argument, vector + late.offset);
  }
}

void Program::load_block(std::span<const std::int32_t> indices, const Block& block) {
  for (std::int32_t lane = 0; lane < block.lanes; ++lane) {
    const bool is_taken = lane < block.count;
    const std::int32_t index =
        is_taken ? indices[static_cast<std::size_t>(block.first) + static_cast<std::size_t>(lane)] : no_image;
    indices_[lane] = index;
    if (labels_ != nullptr) labels_[lane] = is_taken ? images_->labels[static_cast<std::size_t>(index)] : no_label;
  }
}

bool Program::run() noexcept {
  failed_call_.reset();
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    int code = -1;
    try {
      code = compiled_->kernels[i]->call(calls_[i].pointers());
    } catch (const std::exception& exception) {
      // A kernel that is compiled at run time may throw its compiler's exceptions, which must not leave a thread.
      record_kernel_error(exception.what());
    }
    if (code == 0) continue;
    failed_call_ = i;
    failure_code_ = code;
    return false;
  }
  return true;
}

std::string Program::failure() const {
  const std::string message = take_kernel_error();
  return fmt::format("kernel {} failed with code {}{}{}", to_string(compiled_->kernels[failed_call_.value()]->key),
                     failure_code_, message.empty() ? "" : ": ", message);
}

}  // namespace nestwright
