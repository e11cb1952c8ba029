#pragma once

#include <cstdint>
#include <dnnl.hpp>
#include <unordered_map>

#include "ops/signature/shape.h"

// oneDNN's primitives for training: how a layer's tensors lie, how the primitive is described, and how it is executed.
// All run on the processor, in float32, and throw dnnl::error where oneDNN refuses.
namespace nestwright::onednn {

using Dims = dnnl::memory::dims;
using Description = dnnl::memory::desc;

// oneDNN 2 (Debian 12) and oneDNN 3 (Ubuntu 24.04) name them differently.
#if DNNL_VERSION_MAJOR >= 3
using PoolingForward = dnnl::pooling_forward;
using PoolingBackward = dnnl::pooling_backward;
#else
using PoolingForward = dnnl::pooling_v2_forward;
using PoolingBackward = dnnl::pooling_v2_backward;
#endif

// The processor, as oneDNN's engine.
const dnnl::engine& engine();

Dims dims_of(const Description& description);

// The extents of a layer's tensors, outermost dimension first.
struct Layer {
  // (image, channel, y, x) or (image, feature); weights begin with the outputs, and a pooling has none.
  Dims source, weights, destination;
  // Of the windows, (y, x) in pixels; all are empty for a linear layer. A dilation of 0 leaves no gaps between taps.
  Dims window, strides, dilates, padding;
};

// The layer that an operator of this shape computes on `images` images.
Layer convolution_layer(const Shape& shape, std::int64_t images);
Layer depthwise_layer(const Shape& shape, std::int64_t images);  // its weights are (channel, 1, 1, y, x)
Layer pooling_layer(const Shape& shape, std::int64_t images);
Layer linear_layer(const Shape& shape, std::int64_t images);

// Describes how a tensor of these extents lies in memory.
using Layout = Description (*)(const Dims& dims);
Description any(const Dims& dims);    // oneDNN chooses, for each primitive
Description dense(const Dims& dims);  // without gaps, the last dimension contiguous

// The descriptions of a layer's primitives, with all tensors in `layout`; biases are dense.

dnnl::convolution_forward::primitive_desc convolution(const Layer& layer, Layout layout);
dnnl::convolution_backward_data::primitive_desc convolution_input_gradient(const Layer& layer, Layout layout);
dnnl::convolution_backward_weights::primitive_desc convolution_weight_gradient(const Layer& layer, Layout layout);

dnnl::inner_product_forward::primitive_desc linear(const Layer& layer, Layout layout);
dnnl::inner_product_backward_data::primitive_desc linear_input_gradient(const Layer& layer, Layout layout);
dnnl::inner_product_backward_weights::primitive_desc linear_weight_gradient(const Layer& layer, Layout layout);

PoolingForward::primitive_desc pooling(const Layer& layer, dnnl::algorithm algorithm, Layout source,
                                       Layout destination);
// The same for a pooling's gradient, with all tensors dense.
PoolingBackward::primitive_desc pooling_gradient(const Layer& layer, dnnl::algorithm algorithm);

// A primitive and the memory of its arguments, by oneDNN's numbers of them; it can be executed any number of times.
struct Execution {
  dnnl::primitive primitive;
  std::unordered_map<int, dnnl::memory> arguments;
  dnnl::stream stream{engine()};

  // Executes the primitive, and returns when it is done.
  void operator()();
};

}  // namespace nestwright::onednn
