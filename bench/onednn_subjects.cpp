#include "bench/onednn_subjects.h"

#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>

#include "error/error.h"
#include "signatures/signature.h"

namespace nestwright::bench {
namespace {

using dnnl::memory;
using Description = memory::desc;
using Arguments = std::unordered_map<int, memory>;

struct Run {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  dnnl::primitive primitive;
  Arguments arguments;

  void add(int argument, const Description& description) {
    memory buffer(description, engine);
    auto* const values = static_cast<float*>(buffer.get_data_handle());
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i) {
      values[i] = static_cast<float>(i % 17) / 16.0F - 0.5F;
    }
    arguments.emplace(argument, buffer);
  }
  void execute() {
    primitive.execute(stream, arguments);
    stream.wait();
  }
};

Description any(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

struct ConvolutionShapes {
  Description source, weights, bias, destination;
};

ConvolutionShapes convolution_shapes(const Shape& s, std::int64_t batch) {
  const std::int64_t width = s.at("width") - s.at("kernel_width") + 1;
  const std::int64_t height = s.at("height") - s.at("kernel_height") + 1;
  return {any({batch, s.at("in_channels"), s.at("height"), s.at("width")}),
          any({s.at("out_channels"), s.at("in_channels"), s.at("kernel_height"), s.at("kernel_width")}),
          {{s.at("out_channels")}, memory::data_type::f32, memory::format_tag::x},
          any({batch, s.at("out_channels"), height, width})};
}

ConvolutionShapes linear_shapes(const Shape& s, std::int64_t batch) {
  return {any({batch, s.at("in_features")}),
          any({s.at("out_features"), s.at("in_features")}),
          {{s.at("out_features")}, memory::data_type::f32, memory::format_tag::x},
          any({batch, s.at("out_features")})};
}

// The three directions have the same form for convolutions and inner products; `make...` build the operation.
template <typename Forward, typename MakeForward>
void prepare_forward(Run& run, const MakeForward& make) {
  const typename Forward::primitive_desc description(make(), run.engine);
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_WEIGHTS, description.weights_desc());
  run.add(DNNL_ARG_BIAS, description.bias_desc());
  run.add(DNNL_ARG_DST, description.dst_desc());
  run.primitive = Forward(description);
}

void prepare_convolution(Run& run, const std::string& op, const ConvolutionShapes& shapes) {
  using dnnl::algorithm;
  const memory::dims strides = {1, 1}, padding = {0, 0};
  const auto forward = [&] {
    return dnnl::convolution_forward::desc(dnnl::prop_kind::forward_training, algorithm::convolution_direct,
                                           shapes.source, shapes.weights, shapes.bias, shapes.destination, strides,
                                           padding, padding);
  };
  if (op == "conv2d") return prepare_forward<dnnl::convolution_forward>(run, forward);
  const dnnl::convolution_forward::primitive_desc hint(forward(), run.engine);
  if (op == "conv2d_input_gradient") {
    const dnnl::convolution_backward_data::primitive_desc description(
        {algorithm::convolution_direct, shapes.source, shapes.weights, shapes.destination, strides, padding, padding},
        run.engine, hint);
    run.add(DNNL_ARG_DIFF_SRC, description.diff_src_desc());
    run.add(DNNL_ARG_WEIGHTS, description.weights_desc());
    run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
    run.primitive = dnnl::convolution_backward_data(description);
    return;
  }
  const dnnl::convolution_backward_weights::primitive_desc description(
      {algorithm::convolution_direct, shapes.source, shapes.weights, shapes.destination, strides, padding, padding},
      run.engine, hint);
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc());
  run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  run.primitive = dnnl::convolution_backward_weights(description);
}

void prepare_linear(Run& run, const std::string& op, const ConvolutionShapes& shapes) {
  const auto forward = [&] {
    return dnnl::inner_product_forward::desc(dnnl::prop_kind::forward_training, shapes.source, shapes.weights,
                                             shapes.bias, shapes.destination);
  };
  if (op == "linear") return prepare_forward<dnnl::inner_product_forward>(run, forward);
  const dnnl::inner_product_forward::primitive_desc hint(forward(), run.engine);
  if (op == "linear_input_gradient") {
    const dnnl::inner_product_backward_data::primitive_desc description(
        {shapes.source, shapes.weights, shapes.destination}, run.engine, hint);
    run.add(DNNL_ARG_DIFF_SRC, description.diff_src_desc());
    run.add(DNNL_ARG_WEIGHTS, description.weights_desc());
    run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
    run.primitive = dnnl::inner_product_backward_data(description);
    return;
  }
  const dnnl::inner_product_backward_weights::primitive_desc description(
      {shapes.source, shapes.weights, shapes.destination}, run.engine, hint);
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_DIFF_WEIGHTS, description.diff_weights_desc());
  run.add(DNNL_ARG_DIFF_DST, description.diff_dst_desc());
  run.primitive = dnnl::inner_product_backward_weights(description);
}

// In the layout of oneDNN's own vector kernels: channels in groups of a vector.
void prepare_pooling(Run& run, const Shape& s, std::int64_t batch) {
  const std::int64_t size = s.at("window");
  const auto format = memory::format_tag::nchw;
  const Description source({batch, s.at("channels"), s.at("height"), s.at("width")}, memory::data_type::f32, format);
  const dnnl::pooling_forward::primitive_desc description(
      {dnnl::prop_kind::forward_training,
       dnnl::algorithm::pooling_max,
       source,
       any({batch, s.at("channels"), s.at("height") / size, s.at("width") / size}),
       {size, size},
       {size, size},
       {0, 0},
       {0, 0}},
      run.engine);
  run.add(DNNL_ARG_SRC, description.src_desc());
  run.add(DNNL_ARG_DST, description.dst_desc());
  run.arguments.emplace(DNNL_ARG_WORKSPACE, memory(description.workspace_desc(), run.engine));
  run.primitive = dnnl::pooling_forward(description);
}

std::shared_ptr<Run> prepare(const OperatorCase& operator_case, std::int64_t batch) {
  auto run = std::make_shared<Run>();
  const std::string& op = operator_case.op;
  try {
    if (op.starts_with("conv2d")) {
      prepare_convolution(*run, op, convolution_shapes(operator_case.shape, batch));
    } else if (op.starts_with("linear")) {
      prepare_linear(*run, op, linear_shapes(operator_case.shape, batch));
    } else {
      prepare_pooling(*run, operator_case.shape, batch);
    }
  } catch (const dnnl::error& error) {
    throw Error(operator_case.name, std::string("oneDNN has no implementation: ") + error.what());
  }
  return run;
}

}  // namespace

std::vector<Subject> onednn_subjects(const std::vector<OperatorCase>& cases, std::int64_t batch) {
  std::vector<Subject> subjects;
  for (const OperatorCase& operator_case : cases) {
    const std::shared_ptr<Run> run = prepare(operator_case, batch);
    const Signature& signature = find_signature(operator_case.op);
    const Shape shape = complete_shape(signature, operator_case.shape);
    subjects.push_back({.group = operator_case.name,
                        .implementation = "onednn",
                        .batch = batch,
                        .threads = 1,
                        .flops = static_cast<double>(signature.flops(shape) * (batch / 16)),
                        .call = [run] { run->execute(); }});
  }
  return subjects;
}

}  // namespace nestwright::bench
