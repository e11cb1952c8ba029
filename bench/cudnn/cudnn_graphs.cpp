#include "bench/cudnn/cudnn_graphs.h"

#include <cudnn_frontend.h>
#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "error/error.h"

namespace nestwright::cudnn {
namespace {

namespace frontend = cudnn_frontend;
using GraphTensor = std::shared_ptr<frontend::graph::Tensor_attributes>;

// The frontend wants strides beside extents, which are (images, channels, height, width) in either layout.
std::vector<std::int64_t> extents(const Images& i) { return {i.images, i.channels, i.height, i.width}; }
std::vector<std::int64_t> strides(const Images& i, Layout layout) {
  if (layout == Layout::nhwc) return {i.height * i.width * i.channels, 1, i.width * i.channels, i.channels};
  return {i.channels * i.height * i.width, i.height * i.width, i.width, 1};
}

// A graph in the making, and where its tensors lie.
class Builder {
 public:
  explicit Builder(const Setting& setting) : setting_(setting), graph_(std::make_shared<frontend::graph::Graph>()) {
    graph_->set_io_data_type(frontend::DataType_t::FLOAT)
        .set_intermediate_data_type(frontend::DataType_t::FLOAT)
        .set_compute_data_type(frontend::DataType_t::FLOAT);
  }

  frontend::graph::Graph& graph() { return *graph_; }

  GraphTensor input(const char* name, const Images& images) {
    return placed(graph_->tensor(frontend::graph::Tensor_attributes().set_name(name)), images);
  }
  // Makes the result of an operation one of the graph.
  void output(const GraphTensor& tensor, const Images& images) { placed(tensor, images)->set_output(true); }

  GraphTensor pointwise(frontend::PointwiseMode_t mode, const GraphTensor& first, const GraphTensor& second) {
    return graph_->pointwise(first, second, frontend::graph::Pointwise_attributes().set_mode(mode));
  }
  GraphTensor relu(const GraphTensor& input) {
    return graph_->pointwise(input,
                             frontend::graph::Pointwise_attributes().set_mode(frontend::PointwiseMode_t::RELU_FWD));
  }
  GraphTensor convolution(const GraphTensor& input, const GraphTensor& weights, const Windows& windows) {
    return graph_->conv_fprop(input, weights, attributes<frontend::graph::Conv_fprop_attributes>(windows));
  }
  // Sums of what does not lie along a single extent of the output.
  GraphTensor sum(const GraphTensor& input) {
    return graph_->reduction(input, frontend::graph::Reduction_attributes().set_mode(frontend::ReductionMode_t::ADD));
  }

  template <typename Attributes>
  static Attributes attributes(const Windows& w) {
    return Attributes()
        .set_padding({w.padding, w.padding})
        .set_stride({w.stride, w.stride})
        .set_dilation({w.dilation, w.dilation});
  }

  std::optional<Operation> plan(const char* name) &&;

 private:
  GraphTensor placed(const GraphTensor& tensor, const Images& images) {
    tensor->set_dim(extents(images)).set_stride(strides(images, setting_.layout)).set_uid(next_uid_);
    places_.emplace(next_uid_++, pointer(images.address));
    return tensor;
  }
  bool has_plans();
  void deselect(const std::vector<frontend::NumericalNote_t>& notes) { graph_->deselect_numeric_notes(notes); }
  std::optional<Operation> plan_at(std::int64_t index, const char* name) const;

  Setting setting_;
  std::shared_ptr<frontend::graph::Graph> graph_;
  std::unordered_map<std::int64_t, void*> places_;  // by the tensors' numbers
  std::int64_t next_uid_ = 1;
};

// Asks for all the plans that may be used, best guess first.
bool Builder::has_plans() {
  if (graph_->validate().is_bad()) return false;
  if (graph_->build_operation_graph(setting_.libraries->cudnn_handle()).is_bad()) return false;
  if (graph_->create_execution_plans({frontend::HeurMode_t::A, frontend::HeurMode_t::FALLBACK}).is_bad()) return false;
  using Note = frontend::NumericalNote_t;
  // Less than float32 never; tensor cores take float32 only as TF32.
  deselect({Note::DOWN_CONVERT_INPUTS, Note::REDUCED_PRECISION_REDUCTION});
  if (!setting_.allow_tf32) deselect({Note::TENSOR_CORE});
  if (setting_.is_reference) {
    deselect({Note::FFT, Note::WINOGRAD, Note::WINOGRAD_TILE_4x4, Note::WINOGRAD_TILE_6x6, Note::WINOGRAD_TILE_13x13});
  }
  graph_->deselect_workspace_greater_than(static_cast<std::int64_t>(setting_.libraries->workspace_bytes()));
  return true;
}

std::optional<Operation> Builder::plan_at(std::int64_t index, const char* name) const {
  std::string engine;
  if (graph_->build_plan_at_index(index).is_bad()) return std::nullopt;
  if (graph_->get_plan_name_at_index(index, engine).is_bad()) return std::nullopt;
  const auto call = [graph = graph_, places = places_, libraries = setting_.libraries, index]() mutable {
    auto status = graph->execute_plan_at_index(libraries->cudnn_handle(), places, libraries->workspace(), index);
    if (status.is_bad()) throw Error("cudnn", status.get_message());
  };
  return Operation{.plan = fmt::format("{}: {}", name, engine), .calls = {call}};
}

// All plans are built and timed, not only the one that the heuristics like best; of a reference the first that works.
std::optional<Operation> Builder::plan(const char* name) && {
  const cuda::Stream stream = setting_.libraries->stream();
  try {
    if (!has_plans()) return std::nullopt;
    std::vector<std::optional<Operation>> candidates;
    for (std::int64_t index = 0; index < graph_->get_execution_plan_count(); ++index) {
      candidates.push_back(plan_at(index, name));
      if (setting_.is_reference && works(candidates.back(), stream)) return candidates.back();
    }
    return setting_.is_reference ? std::nullopt : fastest_if_any(stream, candidates);
  } catch (const frontend::cudnnException&) {
    // Some of what isn't supported is refused by a status, some by an exception.
    return std::nullopt;
  }
}

}  // namespace

std::optional<Operation> convolution_graph(const Setting& setting, const Images& input, const Images& weights,
                                           const Windows& windows, const Images& output) {
  Builder b(setting);
  b.output(b.convolution(b.input("input", input), b.input("weights", weights), windows), output);
  return std::move(b).plan("convolution");
}

std::optional<Operation> convolution_bias_relu_graph(const Setting& setting, const Images& input, const Images& weights,
                                                     const Images& bias, const Images& output) {
  Builder b(setting);
  const GraphTensor sums = b.convolution(b.input("input", input), b.input("weights", weights), {});
  const GraphTensor biased = b.pointwise(frontend::PointwiseMode_t::ADD, sums, b.input("bias", bias));
  b.output(b.relu(biased), output);
  return std::move(b).plan("convolution with bias and relu");
}

std::optional<Operation> convolution_input_gradient_graph(const Setting& setting, const Images& output_gradient,
                                                          const Images& weights, const Windows& windows,
                                                          const Images& input_gradient) {
  Builder b(setting);
  const auto attributes = Builder::attributes<frontend::graph::Conv_dgrad_attributes>(windows);
  b.output(b.graph().conv_dgrad(b.input("output_gradient", output_gradient), b.input("weights", weights), attributes),
           input_gradient);
  return std::move(b).plan("input gradient");
}

std::optional<Operation> convolution_weight_gradient_graph(const Setting& setting, const Images& input,
                                                           const Images& output_gradient, const Windows& windows,
                                                           const Images& weight_gradient) {
  Builder b(setting);
  const auto attributes = Builder::attributes<frontend::graph::Conv_wgrad_attributes>(windows);
  b.output(b.graph().conv_wgrad(b.input("output_gradient", output_gradient), b.input("input", input), attributes),
           weight_gradient);
  return std::move(b).plan("weight gradient");
}

std::optional<Operation> bias_relu_graph(const Setting& setting, const Images& input, const Images& bias,
                                         const Images& output) {
  Builder b(setting);
  b.output(b.relu(b.pointwise(frontend::PointwiseMode_t::ADD, b.input("input", input), b.input("bias", bias))), output);
  return std::move(b).plan("bias and relu");
}

std::optional<Operation> relu_gradient_graph(const Setting& setting, const Images& output,
                                             const Images& output_gradient, const Images& input_gradient) {
  Builder b(setting);
  // Of the gradient, and relu's input; relu's output is positive where its input is.
  b.output(b.pointwise(frontend::PointwiseMode_t::RELU_BWD, b.input("output_gradient", output_gradient),
                       b.input("output", output)),
           input_gradient);
  return std::move(b).plan("relu gradient");
}

std::optional<Operation> bias_gradient_graph(const Setting& setting, const Images& output_gradient,
                                             const Images& bias_gradient) {
  Builder b(setting);
  b.output(b.sum(b.input("output_gradient", output_gradient)), bias_gradient);
  return std::move(b).plan("bias gradient");
}

std::optional<Operation> relu_bias_gradient_graph(const Setting& setting, const Images& output,
                                                  const Images& output_gradient, const Images& input_gradient,
                                                  const Images& bias_gradient) {
  Builder b(setting);
  const GraphTensor gradient = b.pointwise(frontend::PointwiseMode_t::RELU_BWD,
                                           b.input("output_gradient", output_gradient), b.input("output", output));
  b.output(gradient, input_gradient);
  b.output(b.sum(gradient), bias_gradient);
  return std::move(b).plan("relu and bias gradients");
}

}  // namespace nestwright::cudnn
