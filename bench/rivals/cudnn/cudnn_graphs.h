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

// What is computed with, and how.
struct Setting {
  const Libraries* libraries = nullptr;  // outlive what is made ready with them
  Layout layout = Layout::nchw;
  bool allow_tf32 = false;  // products of numbers with 10 bits of mantissa instead of 23, on tensor cores
  // To hold other results against: what is computed are the formula's own sums, whose error bound is known, no
  // transforms of Winograd or Fourier; and the first way that works is taken, not the fastest of all.
  bool is_reference = false;
};

class GraphBuilder;

// Operations as one graph of cuDNN's (its developer guide, "Graph API"): which of them, of which tensors.
struct OperationGraph {
  std::string name;
  std::function<void(GraphBuilder&)> describe;
};

// The fastest of the best plans that cuDNN's heuristics name for it here, or the first that works for a reference. None
// where none of them works: which graphs an engine takes depends on the device, the layout and the type.
std::optional<Operation> plan(const Setting& setting, const OperationGraph& graph);
// The same; throws Error (where: "cudnn"), which says why, where there is none.
Operation require_plan(const Setting& setting, const OperationGraph& graph);

// A device that need not be here.
struct PaperDevice;
// `properties`: as cuDNN writes them (CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION), since 9.8. Throws Error (where:
// "cudnn") where this cuDNN wants others.
std::shared_ptr<const PaperDevice> describe_device(const std::string& properties);

// What the heuristics name for it.
struct PaperPlans {
  std::vector<std::string> engines;  // best guess first
  std::string reason;                // why there is none
};
// The setting's libraries are left alone. Throws Error (where: "cudnn") where the graph is malformed.
PaperPlans plans_on_paper(const Setting& setting, const OperationGraph& graph, const PaperDevice& device);

// output = input * weights, in as many groups as weights have fewer channels than the input.
OperationGraph convolution_graph(const Images& input, const Images& weights, const Windows& windows,
                                 const Images& output);
// output = relu(input * weights + bias): unpadded, with stride 1.
OperationGraph convolution_bias_relu_graph(const Images& input, const Images& weights, const Images& bias,
                                           const Images& output);
OperationGraph convolution_input_gradient_graph(const Images& output_gradient, const Images& weights,
                                                const Windows& windows, const Images& input_gradient);
OperationGraph convolution_weight_gradient_graph(const Images& input, const Images& output_gradient,
                                                 const Windows& windows, const Images& weight_gradient);

// output = relu(input + bias).
OperationGraph bias_relu_graph(const Images& input, const Images& bias, const Images& output);
// The gradient of relu's input: that of its output where the output is positive, else 0.
OperationGraph relu_gradient_graph(const Images& output, const Images& output_gradient, const Images& input_gradient);
// Sums over images and pixels.
OperationGraph bias_gradient_graph(const Images& output_gradient, const Images& bias_gradient);
// Both at once.
OperationGraph relu_bias_gradient_graph(const Images& output, const Images& output_gradient,
                                        const Images& input_gradient, const Images& bias_gradient);

}  // namespace nestwright::cudnn
