#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

std::vector<ShapeParameter> pooling_parameters() {
  return {{"lanes"}, {"width"}, {"height"}, {"channels"}, {"window"}, {"stride"}};
}

TensorSpec input(const Shape& s, std::string name) {
  return activation(std::move(name), s, s.at("width"), s.at("height"), s.at("channels"));
}

TensorSpec output(const Shape& s, std::string name, DataType type = DataType::float32) {
  return activation(std::move(name), s, window_count(s.at("width"), s.at("window"), s.at("stride")),
                    window_count(s.at("height"), s.at("window"), s.at("stride")), s.at("channels"), type);
}

std::int64_t window_operations(const Shape& s) {
  return s.at("lanes") * window_count(s.at("width"), s.at("window"), s.at("stride")) *
         window_count(s.at("height"), s.at("window"), s.at("stride")) * s.at("channels") * s.at("window") *
         s.at("window");
}

}  // namespace

std::vector<Signature> pooling_signatures() {
  return {
      {.name = "max_pool2d",
       .summary = "output(x, y, c) = the maximum of a window of input; argmax is the first winner's place in its "
                  "window, y * window + x",
       .parameters = pooling_parameters(),
       .inputs = [](const Shape& s) { return std::vector{input(s, "input")}; },
       .outputs =
           [](const Shape& s) {
             return std::vector{output(s, "output"), output(s, "argmax", DataType::uint8)};
           },
       .flops = window_operations},
      {.name = "max_pool2d_gradient",
       .summary = "input_gradient = output_gradient put back where argmax says, zero elsewhere, overlaps added",
       .parameters = pooling_parameters(),
       .inputs =
           [](const Shape& s) {
             return std::vector{output(s, "output_gradient"), output(s, "argmax", DataType::uint8)};
           },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = window_operations},
      {.name = "avg_pool2d",
       .summary = "output(x, y, c) = the mean of a window of input",
       .parameters = pooling_parameters(),
       .inputs = [](const Shape& s) { return std::vector{input(s, "input")}; },
       .outputs = [](const Shape& s) { return std::vector{output(s, "output")}; },
       .flops = window_operations},
      {.name = "avg_pool2d_gradient",
       .summary = "input_gradient = output_gradient / window^2 spread over each window, overlaps added",
       .parameters = pooling_parameters(),
       .inputs = [](const Shape& s) { return std::vector{output(s, "output_gradient")}; },
       .outputs = [](const Shape& s) { return std::vector{input(s, "input_gradient")}; },
       .flops = window_operations},
  };
}

}  // namespace nestwright
