#include "bench/rivals/cudnn/cudnn_graphs.h"

#include <cudnn_frontend.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

namespace nestwright::cudnn {
namespace {

namespace frontend = cudnn_frontend;
using GraphTensor = std::shared_ptr<frontend::graph::Tensor_attributes>;
using Places = std::unordered_map<std::int64_t, void*>;  // by the tensors' numbers

// Heuristics rank hundreds of plans, of which the first few are the fastest within some percent.
constexpr std::size_t plans_tried = 6;
constexpr std::array<frontend::HeurMode_t, 2> modes = {frontend::HeurMode_t::A, frontend::HeurMode_t::FALLBACK};

// The frontend wants strides beside extents, which are (images, channels, height, width) in either layout.
std::vector<std::int64_t> extents(const Images& i) { return {i.images, i.channels, i.height, i.width}; }
std::vector<std::int64_t> strides(const Images& i, Layout layout) {
  if (layout == Layout::nhwc) return {i.height * i.width * i.channels, 1, i.width * i.channels, i.channels};
  return {i.channels * i.height * i.width, i.height * i.width, i.width, 1};
}

// Throws Error (where: "cudnn") unless `status` is good. Of its message, which goes through every engine, the Error has
// the first line and the status that the first engine refuses with.
void require(frontend::error_t status) {
  if (!status.is_bad()) return;
  const std::string all = status.get_message();
  std::string message = all.substr(0, all.find('\n'));
  const std::size_t refusal = all.find("CUDNN_STATUS_NOT_SUPPORTED_");
  if (refusal < all.size()) message += fmt::format(" ({})", all.substr(refusal, all.find(';', refusal) - refusal));
  throw Error("cudnn", message);
}

}  // namespace

// A graph in the making, and the addresses of its tensors.
class GraphBuilder {
 public:
  explicit GraphBuilder(Layout layout) : layout_(layout), graph_(std::make_shared<frontend::graph::Graph>()) {
    graph_->set_io_data_type(frontend::DataType_t::FLOAT)
        .set_intermediate_data_type(frontend::DataType_t::FLOAT)
        .set_compute_data_type(frontend::DataType_t::FLOAT);
  }

  const std::shared_ptr<frontend::graph::Graph>& graph() const { return graph_; }
  const Places& places() const { return places_; }

  GraphTensor input(const char* name, const Images& images) {
    return placed(graph_->tensor(frontend::graph::Tensor_attributes().set_name(name)), images);
  }
  // Makes an operation's result a result of the graph, which is written to `images`.
  void output(const GraphTensor& tensor, const Images& images) { placed(tensor, images)->set_output(true); }

  GraphTensor pointwise(frontend::PointwiseMode_t mode, const GraphTensor& first, const GraphTensor& second) {
    return graph_->pointwise(first, second, frontend::graph::Pointwise_attributes().set_mode(mode));
  }
  GraphTensor relu(const GraphTensor& tensor) {
    return graph_->pointwise(tensor,
                             frontend::graph::Pointwise_attributes().set_mode(frontend::PointwiseMode_t::RELU_FWD));
  }
  GraphTensor convolution(const GraphTensor& image, const GraphTensor& weights, const Windows& windows) {
    return graph_->conv_fprop(image, weights, attributes<frontend::graph::Conv_fprop_attributes>(windows));
  }
  // The sums over the dimensions in which the output has an extent of 1.
  GraphTensor sum(const GraphTensor& tensor) {
    return graph_->reduction(tensor, frontend::graph::Reduction_attributes().set_mode(frontend::ReductionMode_t::ADD));
  }

  template <typename Attributes>
  static Attributes attributes(const Windows& w) {
    return Attributes()
        .set_padding({w.padding, w.padding})
        .set_stride({w.stride, w.stride})
        .set_dilation({w.dilation, w.dilation});
  }

 private:
  GraphTensor placed(const GraphTensor& tensor, const Images& images) {
    tensor->set_dim(extents(images)).set_stride(strides(images, layout_)).set_uid(next_uid_);
    places_.emplace(next_uid_++, pointer(images.address));
    return tensor;
  }

  Layout layout_;
  std::shared_ptr<frontend::graph::Graph> graph_;
  Places places_;
  std::int64_t next_uid_ = 1;
};

namespace {

// A graph, and the plans that the heuristics name for it. All functions throw Error (where: "cudnn") or the frontend's
// own exception: it refuses some of what isn't supported by a status, and some by an exception.
class Planner {
 public:
  Planner(const Setting& setting, const OperationGraph& graph) : setting_(setting), builder_(setting.layout) {
    graph.describe(builder_);
  }

  frontend::graph::Graph& graph() { return *builder_.graph(); }

  // Hands the graph to cuDNN. `handle`: null for a device that is only described.
  void finalise(cudnnHandle_t handle) {
    require(graph().validate());
    require(graph().build_operation_graph(handle));
  }

  // Asks the heuristics for plans, and rules out those that the setting does not allow.
  void rank(frontend::HeurMode_t mode, std::size_t workspace_bytes) {
    require(graph().create_execution_plans({mode}));
    using Note = frontend::NumericalNote_t;
    // Plans of less precision than float32 are never allowed; tensor cores take float32 only as TF32.
    graph().deselect_numeric_notes({Note::DOWN_CONVERT_INPUTS, Note::REDUCED_PRECISION_REDUCTION});
    if (!setting_.allow_tf32) graph().deselect_numeric_notes({Note::TENSOR_CORE});
    if (setting_.is_reference) {
      graph().deselect_numeric_notes(
          {Note::FFT, Note::WINOGRAD, Note::WINOGRAD_TILE_4x4, Note::WINOGRAD_TILE_6x6, Note::WINOGRAD_TILE_13x13});
    }
    graph().deselect_workspace_greater_than(static_cast<std::int64_t>(workspace_bytes));
  }

  std::int64_t count() { return graph().get_execution_plan_count(); }

  // Builds the plan with this index, and gives its name; nothing where it is not allowed or can't be built.
  std::optional<std::string> build(std::int64_t index) {
    std::string engine;
    if (graph().build_plan_at_index(index).is_bad()) return std::nullopt;
    if (graph().get_plan_name_at_index(index, engine).is_bad()) return std::nullopt;
    return engine;
  }

  Operation operation(std::int64_t index, const std::string& name) const {
    const auto call = [graph = builder_.graph(), places = builder_.places(), libraries = setting_.libraries,
                       index]() mutable {
      require(graph->execute_plan_at_index(libraries->cudnn_handle(), places, libraries->workspace(), index));
    };
    return {.plan = name, .calls = {call}};
  }

 private:
  Setting setting_;
  GraphBuilder builder_;
};

// plan() by one mode of the heuristics.
std::optional<Operation> plan_by(frontend::HeurMode_t mode, const Setting& setting, const OperationGraph& graph) {
  const cuda::Stream stream = setting.libraries->stream();
  Planner planner(setting, graph);
  planner.finalise(setting.libraries->cudnn_handle());
  planner.rank(mode, setting.libraries->workspace_bytes());
  std::vector<std::optional<Operation>> candidates;
  for (std::int64_t index = 0; index < planner.count() && candidates.size() < plans_tried; ++index) {
    const std::optional<std::string> engine = planner.build(index);
    if (!engine) continue;
    Operation candidate = planner.operation(index, fmt::format("{}: {}", graph.name, *engine));
    if (!setting.is_reference) {
      candidates.emplace_back(std::move(candidate));
    } else if (works(candidate, stream)) {
      return candidate;
    }
  }
  return fastest_if_any(stream, candidates);
}

}  // namespace

Operation require_plan(const Setting& setting, const OperationGraph& graph) {
  std::string reason = "none of the heuristics' plans works";
  for (const frontend::HeurMode_t mode : modes) {
    try {
      if (std::optional<Operation> found = plan_by(mode, setting, graph)) return *std::move(found);
    } catch (const Error& error) {
      reason = message_of(error);
    } catch (const frontend::cudnnException& refused) {
      reason = refused.what();
    }
  }
  throw Error("cudnn", fmt::format("{} has no plan here: {}", graph.name, reason));
}

std::optional<Operation> plan(const Setting& setting, const OperationGraph& graph) {
  try {
    return require_plan(setting, graph);
  } catch (const Error&) {
    return std::nullopt;
  }
}

struct PaperDevice {
  std::shared_ptr<frontend::DeviceProperties> properties;
};

std::shared_ptr<const PaperDevice> describe_device(const std::string& properties) {
  cudnn();  // loads the library
  PaperDevice device = {std::make_shared<frontend::DeviceProperties>()};
  require(device.properties->deserialize({properties.begin(), properties.end()}));
  return std::make_shared<const PaperDevice>(std::move(device));
}

PaperPlans plans_on_paper(const Setting& setting, const OperationGraph& graph, const PaperDevice& device) {
  PaperPlans plans;
  for (const frontend::HeurMode_t mode : modes) {
    Planner planner(setting, graph);
    planner.graph().set_device_properties(device.properties);
    try {
      planner.finalise(nullptr);
    } catch (const frontend::cudnnException& refused) {
      throw Error("cudnn", refused.what());
    }
    try {
      planner.rank(mode, workspace_of_main);
    } catch (const Error& none) {
      plans.reason = message_of(none);
      continue;
    }
    for (std::int64_t index = 0; index < planner.count() && plans.engines.size() < plans_tried; ++index) {
      if (const std::optional<std::string> engine = planner.build(index)) plans.engines.push_back(*engine);
    }
    if (!plans.engines.empty()) return plans;
    plans.reason = fmt::format("none of {} plans may be used", planner.count());
  }
  return plans;
}

OperationGraph convolution_graph(const Images& input, const Images& weights, const Windows& windows,
                                 const Images& output) {
  return {"convolution", [=](GraphBuilder& b) {
            b.output(b.convolution(b.input("input", input), b.input("weights", weights), windows), output);
          }};
}

OperationGraph convolution_bias_relu_graph(const Images& input, const Images& weights, const Images& bias,
                                           const Images& output) {
  return {"convolution with bias and relu", [=](GraphBuilder& b) {
            const GraphTensor sums = b.convolution(b.input("input", input), b.input("weights", weights), {});
            const GraphTensor biased = b.pointwise(frontend::PointwiseMode_t::ADD, sums, b.input("bias", bias));
            b.output(b.relu(biased), output);
          }};
}

OperationGraph convolution_input_gradient_graph(const Images& output_gradient, const Images& weights,
                                                const Windows& windows, const Images& input_gradient) {
  return {"input gradient", [=](GraphBuilder& b) {
            const auto attributes = GraphBuilder::attributes<frontend::graph::Conv_dgrad_attributes>(windows);
            b.output(b.graph()->conv_dgrad(b.input("output_gradient", output_gradient), b.input("weights", weights),
                                           attributes),
                     input_gradient);
          }};
}

OperationGraph convolution_weight_gradient_graph(const Images& input, const Images& output_gradient,
                                                 const Windows& windows, const Images& weight_gradient) {
  return {"weight gradient", [=](GraphBuilder& b) {
            const auto attributes = GraphBuilder::attributes<frontend::graph::Conv_wgrad_attributes>(windows);
            b.output(
                b.graph()->conv_wgrad(b.input("output_gradient", output_gradient), b.input("input", input), attributes),
                weight_gradient);
          }};
}

OperationGraph bias_relu_graph(const Images& input, const Images& bias, const Images& output) {
  return {"bias and relu", [=](GraphBuilder& b) {
            b.output(
                b.relu(b.pointwise(frontend::PointwiseMode_t::ADD, b.input("input", input), b.input("bias", bias))),
                output);
          }};
}

OperationGraph relu_gradient_graph(const Images& output, const Images& output_gradient, const Images& input_gradient) {
  return {"relu gradient", [=](GraphBuilder& b) {
            // cuDNN wants relu's input beside the gradient. The output does as well: it is positive where the input is.
            b.output(b.pointwise(frontend::PointwiseMode_t::RELU_BWD, b.input("output_gradient", output_gradient),
                                 b.input("output", output)),
                     input_gradient);
          }};
}

OperationGraph bias_gradient_graph(const Images& output_gradient, const Images& bias_gradient) {
  return {"bias gradient",
          [=](GraphBuilder& b) { b.output(b.sum(b.input("output_gradient", output_gradient)), bias_gradient); }};
}

OperationGraph relu_bias_gradient_graph(const Images& output, const Images& output_gradient,
                                        const Images& input_gradient, const Images& bias_gradient) {
  return {"relu and bias gradients", [=](GraphBuilder& b) {
            const GraphTensor gradient =
                b.pointwise(frontend::PointwiseMode_t::RELU_BWD, b.input("output_gradient", output_gradient),
                            b.input("output", output));
            b.output(gradient, input_gradient);
            b.output(b.sum(gradient), bias_gradient);
          }};
}

}  // namespace nestwright::cudnn
