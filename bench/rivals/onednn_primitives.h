#pragma once

#include <cstdint>
#include <dnnl.hpp>
#include <unordered_map>

#include "ops/signature/shape.h"

// oneDNN's primitives for training: how a layer's tensors lie, what describes the primitive, how it is executed. All on
// the processor, in float32. What oneDNN refuses is thrown as dnnl::error.
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

const dnnl::engine& engine();

Dims dims_of(const Description& description);

// A layer's tensors, outermost dimension first: images are (image, channel, y, x) or (image, feature). What a window
// does is (y, x), and empty for a linear layer; a pooling has no weights.
struct Layer {
  Dims source, weights, destination;
  Dims window, strides, dilates, padding;
};

// Of the operators' shapes, for so many images.
Layer convolution_layer(const Shape& shape, std::int64_t images);
Layer depthwise_layer(const Shape& shape, std::int64_t images);  // as many groups as channels
Layer pooling_layer(const Shape& shape, std::int64_t images);
Layer linear_layer(const Shape& shape, std::int64_t images);

// How a tensor lies: as oneDNN likes it for the primitive, or without gaps, the last dimension contiguous.
using Layout = Description (*)(const Dims& dims);
Description any(const Dims& dims);
Description dense(const Dims& dims);

dnnl::convolution_forward::primitive_desc convolution(const Layer& layer, Layout layout);
dnnl::convolution_backward_data::primitive_desc convolution_input_gradient(const Layer& layer, Layout layout);
dnnl::convolution_backward_weights::primitive_desc convolution_weight_gradient(const Layer& layer, Layout layout);

dnnl::inner_product_forward::primitive_desc linear(const Layer& layer, Layout layout);
dnnl::inner_product_backward_data::primitive_desc linear_input_gradient(const Layer& layer, Layout layout);
dnnl::inner_product_backward_weights::primitive_desc linear_weight_gradient(const Layer& layer, Layout layout);

PoolingForward::primitive_desc pooling(const Layer& layer, dnnl::algorithm algorithm, Layout source,
                                       Layout destination);
// With all tensors dense.
PoolingBackward::primitive_desc pooling_gradient(const Layer& layer, dnnl::algorithm algorithm);

// A primitive and the memory of its arguments, to be executed once or often.
struct Execution {
  dnnl::primitive primitive;
  std::unordered_map<int, dnnl::memory> arguments;
  dnnl::stream stream{engine()};

  // Returns when it is done.
  void operator()();
};

}  // namespace nestwright::onednn
