#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ops/signature/signature.h"

namespace nestwright {

// Who owns a tensor's memory, and who fills it.
enum class Role {
  images,              // the data set's pixels: outside, bound before a run
  input,               // a few values that the caller writes before each run: indices, labels, scalars
  parameter,           // a weight or bias, in the network's flat parameter vector
  parameter_gradient,  // what each run adds its share to, in a flat vector of the same layout
  block_gradients,     // gradients of a layer's parameters of each block apart, which has a flat vector of its own
  activation,          // computed on the way forward
  gradient,            // computed on the way back
  output,              // what the caller reads after a run: losses, logits, predictions
};

using TensorId = std::size_t;

// A value in a graph, for one batch block (the dimension "block" has one entry).
struct Tensor {
  std::string name;
  DataType type = DataType::float32;
  std::vector<Dimension> dimensions;  // innermost first; none: a scalar
  Role role = Role::activation;
  // This tensor is another one's memory, seen in other dimensions. (Flatten is such a view.)
  std::optional<TensorId> view_of = {};
  std::int64_t view_offset = 0;  // where this view begins in that memory, in values of one block
};

// One call of an operator's kernel.
struct Node {
  std::string op;
  Shape shape;  // complete
  std::vector<TensorId> inputs;
  // A tensor that is accumulated in place is input and output.
  std::vector<TensorId> outputs;
  std::string layer;  // "conv1"
};

// A computation on one block of `lanes` images: calls in the order in which they run. A plain value.
struct Graph {
  std::int64_t lanes = 16;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;
};

// Throws Error (where: the tensor's name) when it has more than 2 GiB.
TensorId add_tensor(Graph& graph, Tensor tensor);

// Appends a node that fits the operator's signature; `shape` may leave out parameters that have defaults. Throws Error
// (where: the layer) when the number, type or size of its tensors is not the signature's.
void add_node(Graph& graph, Node node);

// What the node's kernel takes: its signature's inputs, then its outputs.
std::vector<TensorSpec> argument_specs(const Node& node);

// The tensor whose memory `id` is: itself, unless it is a view.
TensorId storage_of(const Graph& graph, TensorId id);

// The number of values; extents that are known only at run time count as 1.
std::int64_t element_count(const std::vector<Dimension>& dimensions);
std::int64_t size_in_bytes(const Tensor& tensor);

// The tensor called `name`. Throws Error when there is none.
TensorId find_tensor(const Graph& graph, std::string_view name);

// The nodes that read the memory of `id`, in order; a node that accumulates into it reads it too.
std::vector<std::size_t> readers_of(const Graph& graph, TensorId id);

// The node that writes the memory of `id` first; none for tensors that come from outside.
std::optional<std::size_t> producer_of(const Graph& graph, TensorId id);

// One line a node: "conv2d_relu_max_pool2d conv1 (input, conv1.weight, conv1.bias) -> pool1, pool1.argmax".
std::string to_string(const Graph& graph);

}  // namespace nestwright
