#include "generators/kernel_interface/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/kernel_interface/kernel_error.h"
#include "support/error.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

Kernel kernel(const std::string& op, const Shape& shape, int result = 0, const std::string& schedule = "cpu") {
  return {.key = {.op = op, .algorithm = "direct", .shape = shape, .target = "cpu", .schedule = schedule},
          .call = [result](void**) { return result; }};
}

std::string message_of(const KernelRegistry& registry, const std::string& op, const Shape& shape,
                       const std::string& target) {
  try {
    registry.find(op, shape, target);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const Shape small = {{"lanes", 16}, {"size", 4}};
const Shape large = {{"lanes", 16}, {"size", 8}};
const Shape larger_on_fewer = {{"lanes", 8}, {"size", 9}};

TEST(Registry, FindsByOperatorShapeAndTarget) {
  KernelRegistry registry;
  registry.add(kernel("relu", small, 1));
  registry.add(kernel("relu", large, 2));
  registry.add(kernel("tanh", small, 3));
  EXPECT_EQ(registry.find("relu", small, "cpu").call(nullptr), 1);
  EXPECT_EQ(registry.find("relu", large, "cpu").call(nullptr), 2);
  EXPECT_EQ(registry.find("tanh", small, "cpu").call(nullptr), 3);
}

TEST(Registry, GivesTheFirstOfSeveralSchedules) {
  KernelRegistry registry;
  registry.add(kernel("relu", small, 1, "cpu"));
  const Kernel& first = registry.find("relu", small, "cpu");
  registry.add(kernel("relu", small, 2, "other"));
  EXPECT_EQ(&registry.find("relu", small, "cpu"), &first);
  EXPECT_EQ(registry.kernels().size(), 2U);
  EXPECT_THROW(registry.add(kernel("relu", small, 2, "other")), Error);
}

TEST(Registry, SaysExactlyWhichKernelIsMissing) {
  KernelRegistry registry;
  EXPECT_THAT(message_of(registry, "relu", small, "cpu"), HasSubstr("no kernel is registered at all"));
  registry.add(kernel("tanh", small));
  EXPECT_THAT(message_of(registry, "relu", small, "cpu"), HasSubstr("none of the 1 that are there is a 'relu'"));
  registry.add(kernel("relu", larger_on_fewer));
  registry.add(kernel("relu", large));
  EXPECT_EQ(
      message_of(registry, "relu", small, "cpu"),
      "kernels: no kernel for relu [lanes=16 size=4] on cpu; the nearest is relu direct [lanes=16 size=8] cpu "
      "cpu; give data of its size, or list this kernel in generators/kernels/*.kernels; './nestwright generate --op "
      "relu --shape lanes=16,size=4 --schedule relu/cpu --out kernels' compiles it");
  EXPECT_THAT(message_of(registry, "adam", {}, "opencl"),
              HasSubstr("'./nestwright generate --op adam --schedule adam/gpu --target host-opencl --out kernels'"));
  EXPECT_THAT(message_of(registry, "relu", large, "cuda"), HasSubstr("on cuda; the nearest is relu direct [lanes=16"));
}

TEST(KernelError, KeepsTheLastMessageOnOneLine) {
  take_kernel_error();
  EXPECT_EQ(take_kernel_error(), "");
  record_kernel_error("first");
  record_kernel_error("Error: x is 3,\nnot 4\n");
  EXPECT_EQ(take_kernel_error(), "Error: x is 3, not 4");
  EXPECT_EQ(take_kernel_error(), "");
  record_kernel_error(std::string(5000, 'a').c_str());
  EXPECT_EQ(take_kernel_error().size(), 511U);
}

}  // namespace
}  // namespace nestwright
