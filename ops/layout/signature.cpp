#include "ops/signature/families.h"
#include "ops/signature/tensor_specs.h"

namespace nestwright {
namespace {

TensorSpec nchw(const Shape& s, std::string name) {
  return {
      .name = std::move(name),
      .dimensions = {{"x", s.at("width")}, {"y", s.at("height")}, {"c", s.at("channels")}, {"image", dynamic_extent}}};
}

TensorSpec blocked(const Shape& s, std::string name) {
  return activation(std::move(name), s, s.at("width"), s.at("height"), s.at("channels"));
}

std::int64_t no_arithmetic(const Shape&) { return 0; }

}  // namespace

std::vector<Signature> layout_signatures() {
  const std::vector<ShapeParameter> parameters = {{"lanes"}, {"width"}, {"height"}, {"channels"}};
  return {
      {.name = "load_images",
       .summary = "output(lane, x, y, block) = (images(x - padding, y - padding, indices(lane, block)) - mean) * "
                  "scale, the image continued by pixels of 0; a lane whose index is negative holds a blank image",
       .parameters = {{"lanes"}, {"width"}, {"height"}, {"padding", 0, true, 0}},
       .inputs =
           [](const Shape& s) {
             return std::vector{pixels("images", s), per_image("indices", s, DataType::int32), scalar("mean"),
                                scalar("scale")};
           },
       .outputs =
           [](const Shape& s) {
             const std::int64_t padding = 2 * s.at("padding");
             return std::vector{activation("output", s, s.at("width") + padding, s.at("height") + padding, 1)};
           },
       .flops = no_arithmetic},
      {.name = "flatten",
       .summary = "output(x + width * (y + height * c)) = input(x, y, c): in memory the identity",
       .parameters = parameters,
       .inputs = [](const Shape& s) { return std::vector{blocked(s, "input")}; },
       .outputs =
           [](const Shape& s) {
             return std::vector{features("output", s, s.at("width") * s.at("height") * s.at("channels"))};
           },
       .flops = no_arithmetic},
      {.name = "nchw_to_blocks",
       .summary = "output(lane, x, y, c, block) = input(x, y, c, block * lanes + lane), 0 past the last image",
       .parameters = parameters,
       .inputs = [](const Shape& s) { return std::vector{nchw(s, "input")}; },
       .outputs = [](const Shape& s) { return std::vector{blocked(s, "output")}; },
       .flops = no_arithmetic},
      {.name = "blocks_to_nchw",
       .summary = "output(x, y, c, image) = input(image mod lanes, x, y, c, image / lanes)",
       .parameters = parameters,
       .inputs = [](const Shape& s) { return std::vector{blocked(s, "input")}; },
       .outputs = [](const Shape& s) { return std::vector{nchw(s, "output")}; },
       .flops = no_arithmetic},
  };
}

}  // namespace nestwright
