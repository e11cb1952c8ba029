// Compares the conversions of image_layout.h with the operators that change layouts.
#include "tests/gpu/image_layout.h"

#include <gtest/gtest.h>

#include "ops/reference/families.h"
#include "ops/reference/sample_inputs.h"
#include "tests/ops/compare.h"
#include "tests/ops/operator_case.h"

namespace nestwright {
namespace {

// Images in blocks of 16, the last 15 of them absent.
constexpr std::int64_t image_count = 33;

reference::Tensors sample(const OperatorCase& test) {
  return sample_inputs(find_signature(test.op), test.shape, {.images = image_count, .parameters = 1, .groups = 1}, 3);
}

TEST(ImageLayout, OfBlocksIsThatOfBlocksToNchw) {
  for (const OperatorCase& test : cases_of("blocks_to_nchw")) {
    const reference::Tensors blocks = sample(test);
    reference::Tensors expected = reference::evaluate(test.op, test.shape, blocks);
    const std::int64_t all = expected.at("output").extents().back();  // absent ones, too
    EXPECT_GE(all, image_count);
    expect_identical({{"output", images_of(blocks.at("input"), all)}}, expected);
  }
}

TEST(ImageLayout, LeavesAbsentImagesOut) {
  for (const OperatorCase& test : cases_of("nchw_to_blocks")) {
    const reference::Tensors images = sample(test);
    const reference::Tensor blocks = reference::evaluate(test.op, test.shape, images).at("output");
    expect_identical({{"input", images_of(blocks, image_count)}}, images);
  }
}

TEST(ImageLayout, BlanksAbsentImagesAlone) {
  for (const OperatorCase& test : cases_of("blocks_to_nchw")) {
    reference::Tensor blocks = sample(test).at("input");
    const reference::Tensor before = images_of(blocks, image_count);
    blank_absent_images(blocks, image_count);
    expect_identical({{"input", images_of(blocks, image_count)}}, {{"input", before}});
    const std::int64_t all = blocks.extents().front() * blocks.extents().back();
    const reference::Tensor with_absent = images_of(blocks, all);
    for (std::size_t n = before.elements().size(); n < with_absent.elements().size(); ++n) {
      EXPECT_EQ(with_absent.elements()[n].value, 0.0);
    }
  }
}

TEST(ImageLayout, KeepsWhatIsNotBlocked) {
  const OperatorCase test = cases_of("conv2d").front();
  const Signature& signature = find_signature("conv2d");
  const reference::Tensors inputs = sample(test);
  const reference::Tensors images = images_of(signature.inputs(test.shape), inputs, image_count);
  expect_identical({{"weight", images.at("weight")}}, {{"weight", inputs.at("weight")}});
  for (const TensorSpec& spec : signature.inputs(test.shape)) {
    EXPECT_EQ(images.at(spec.name).extents(), image_extents(spec, image_count)) << spec.name;
  }
}

}  // namespace
}  // namespace nestwright
