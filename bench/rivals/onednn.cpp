#include "bench/rivals/onednn.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "bench/rivals/onednn_primitives.h"
#include "ops/signature/signature.h"
#include "support/error.h"

namespace nestwright {
namespace {

using onednn::any;
using onednn::convolution_layer;
using onednn::dense;
using onednn::Description;
using onednn::Execution;
using onednn::linear_layer;

// Gives the run memory for an argument. It holds the 17 values from -0.5 to 0.5 in steps of 1/16, again and again.
void add(Execution& run, int argument, const Description& description) {
  dnnl::memory buffer(description, onednn::engine());
  auto* const values = static_cast<float*>(buffer.get_data_handle());
  for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i) {
    values[i] = static_cast<float>(i % 17) / 16.0F - 0.5F;
  }
  run.arguments.emplace(argument, buffer);
}

// Each of the following makes the described primitive, with memory for its arguments.
template <typename Primitive>
Execution forward(const typename Primitive::primitive_desc& description) {
  Execution run = {.primitive = Primitive(description), .arguments = {}};
  add(run, DNNL_ARG_SRC, description.src_desc());
  add(run, DNNL_ARG_WEIGHTS, description.weights_desc());
  add(run, DNNL_ARG_BIAS, description.bias_desc());
  add(run, DNNL_ARG_DST, description.dst_desc());
  return run;
}

template <typename Primitive>
Execution input_gradient(const typename Primitive::primitive_desc& description) {
  Execution run = {.primitive = Primitive(description), .arguments = {}};
  add(run, DNNL_ARG_DIFF_SRC, description.diff_src_desc());
  add(run, DNNL_ARG_WEIGHTS, description.weights_desc());
  add(run, DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  return run;
}

template <typename Primitive>
Execution weight_gradient(const typename Primitive::primitive_desc& description) {
  Execution run = {.primitive = Primitive(description), .arguments = {}};
  add(run, DNNL_ARG_SRC, description.src_desc());
  add(run, DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc());
  add(run, DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  return run;
}

// Reads images of (image, channel, y, x) without gaps, the layout that PyTorch has by default.
Execution max_pool2d(const Shape& shape, std::int64_t batch) {
  const auto description =
      onednn::pooling(onednn::pooling_layer(shape, batch), dnnl::algorithm::pooling_max, dense, any);
  Execution run = {.primitive = onednn::PoolingForward(description), .arguments = {}};
  add(run, DNNL_ARG_SRC, description.src_desc());
  add(run, DNNL_ARG_DST, description.dst_desc());
  run.arguments.emplace(DNNL_ARG_WORKSPACE, dnnl::memory(description.workspace_desc(), onednn::engine()));
  return run;
}

using Prepare = Execution (*)(const Shape&, std::int64_t batch);

Prepare find_primitive(const std::string& op) {
  static const std::map<std::string, Prepare> primitives = {
      {"conv2d",
       [](const Shape& s, std::int64_t batch) {
         return forward<dnnl::convolution_forward>(onednn::convolution(convolution_layer(s, batch), any));
       }},
      {"conv2d_input_gradient",
       [](const Shape& s, std::int64_t batch) {
         return input_gradient<dnnl::convolution_backward_data>(
             onednn::convolution_input_gradient(convolution_layer(s, batch), any));
       }},
      {"conv2d_weight_gradient",
       [](const Shape& s, std::int64_t batch) {
         return weight_gradient<dnnl::convolution_backward_weights>(
             onednn::convolution_weight_gradient(convolution_layer(s, batch), any));
       }},
      {"linear",
       [](const Shape& s, std::int64_t batch) {
         return forward<dnnl::inner_product_forward>(onednn::linear(linear_layer(s, batch), any));
       }},
      {"linear_input_gradient",
       [](const Shape& s, std::int64_t batch) {
         return input_gradient<dnnl::inner_product_backward_data>(
             onednn::linear_input_gradient(linear_layer(s, batch), any));
       }},
      {"linear_weight_gradient",
       [](const Shape& s, std::int64_t batch) {
         return weight_gradient<dnnl::inner_product_backward_weights>(
             onednn::linear_weight_gradient(linear_layer(s, batch), any));
       }},
      {"max_pool2d", max_pool2d}};
  const auto primitive = primitives.find(op);
  if (primitive == primitives.end()) throw Error("oneDNN", fmt::format("has no single primitive for {}", op));
  return primitive->second;
}

}  // namespace

std::function<void()> onednn_call(const std::string& op, const Shape& shape, std::int64_t batch) {
  const Prepare prepare = find_primitive(op);
  try {
    const auto run = std::make_shared<Execution>(prepare(complete_shape(find_signature(op), shape), batch));
    return [run] { (*run)(); };
  } catch (const dnnl::error& error) {
    throw Error("oneDNN", fmt::format("has no {} at [{}]: {}", op, shape.text(), error.what()));
  }
}

std::string onednn_version() {
  const dnnl_version_t* const version = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
}

}  // namespace nestwright
