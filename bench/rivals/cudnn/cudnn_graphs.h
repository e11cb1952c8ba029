#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/rivals/cudnn/libraries.h"
#include "bench/rivals/cudnn/operation.h"
#include "bench/rivals/cudnn/tensor.h"

namespace nestwright::cudnn {

// The libraries that compute an operation, and how they may do it.
struct Setting {
  const Libraries* libraries = nullptr;  // must outlive what is made ready with them
  Layout layout = Layout::nchw;          // of all images
  bool allow_tf32 = false;               // multiply on tensor cores, with 10 bits of mantissa instead of 23
  // Whether other results are compared with what is computed. It is then the formula's own sums, whose error bound is
  // known, without the transforms of Winograd or Fourier; and the first way that works is taken, not the fastest.
  bool is_reference = false;
};

class GraphBuilder;

// Operations on tensors that cuDNN computes as one graph (its developer guide, "Graph API").
struct OperationGraph {
  std::string name;                             // what plans and messages call it: "bias and relu"
  std::function<void(GraphBuilder&)> describe;  // adds the operations and their tensors to the builder
};

// An operation that computes the graph by the fastest of the best plans that cuDNN's heuristics name, or for a
// reference by the first that works. Nothing where none works: which graphs an engine takes depends on the device, the
// layout and the type.
std::optional<Operation> plan(const Setting& setting, const OperationGraph& graph);
// The same, but where no plan works it throws Error (where: "cudnn"), which says why.
Operation require_plan(const Setting& setting, const OperationGraph& graph);

// A device that cuDNN knows only from a description; the machine need not have it.
struct PaperDevice;
// `properties`: the device's properties as cuDNN writes them (CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION), since 9.8.
// Throws Error (where: "cudnn") where this version of cuDNN has other properties.
std::shared_ptr<const PaperDevice> describe_device(const std::string& properties);

// The plans that cuDNN's heuristics name for a graph on a described device.
struct PaperPlans {
  std::vector<std::string> engines;  // the plans' names, best guess first
  std::string reason;                // why there is no plan, where there is none
};
// The setting's libraries are not used, and may be null. Throws Error (where: "cudnn") where the graph is malformed.
PaperPlans plans_on_paper(const Setting& setting, const OperationGraph& graph, const PaperDevice& device);

// output = input * weights, in input.channels / weights.channels groups of channels.
OperationGraph convolution_graph(const Images& input, const Images& weights, const Windows& windows,
                                 const Images& output);
// output = relu(input * weights + bias), without padding and with stride 1.
OperationGraph convolution_bias_relu_graph(const Images& input, const Images& weights, const Images& bias,
                                           const Images& output);
OperationGraph convolution_input_gradient_graph(const Images& output_gradient, const Images& weights,
                                                const Windows& windows, const Images& input_gradient);
OperationGraph convolution_weight_gradient_graph(const Images& input, const Images& output_gradient,
                                                 const Windows& windows, const Images& weight_gradient);

// output = relu(input + bias).
OperationGraph bias_relu_graph(const Images& input, const Images& bias, const Images& output);
// input_gradient = output_gradient where relu's output is positive, else 0.
OperationGraph relu_gradient_graph(const Images& output, const Images& output_gradient, const Images& input_gradient);
// bias_gradient, a value for each channel, becomes the sum of output_gradient over images and pixels.
OperationGraph bias_gradient_graph(const Images& output_gradient, const Images& bias_gradient);
// relu_gradient_graph(), and from its result the gradient of the bias that was added before relu.
OperationGraph relu_bias_gradient_graph(const Images& output, const Images& output_gradient,
                                        const Images& input_gradient, const Images& bias_gradient);

}  // namespace nestwright::cudnn
