// What can be known of the rival without a GPU: NVIDIA's libraries are loaded where they are found, and asked what they
// make of each graph, descriptor and product of the network. cuDNN's heuristics answer for a device that is described
// to them; cuBLASLt's, and engines that are compiled at run time, want a real one.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "bench/rivals/cudnn/cublas_linear.h"
#include "bench/rivals/cudnn/descriptors.h"
#include "support/error.h"

namespace nestwright {
namespace {

using cudnn::Images;
using cudnn::Layout;
using cudnn::OperationGraph;
using cudnn::PaperPlans;

// The description of an H100 that cuDNN 9.19 asks for.
constexpr const char* h100 = R"({"deviceName": "NVIDIA H100 80GB HBM3", "cudaDeviceId": 0, "deviceVer": 900,
  "driverVer": 13000, "totalGlobalMem": 85000000000, "maxGridSize": [2147483647, 65535, 65535],
  "maxBlockSize": [1024, 1024, 64], "regsPerBlock": 65536, "multiProcessorCount": 132, "warpSize": 32,
  "maxSharedMemoryPerBlock": 49152, "maxSharedMemoryPerBlockOptin": 232448, "reservedSharedMemoryPerBlock": 1024,
  "maxRegistersPerSM": 65536, "maxCtasPerSM": 32, "maxThreadsPerBlock": 1024, "maxThreadsPerSM": 2048,
  "pciDeviceId": 0, "isTccDriver": 0, "supportCoopLaunch": 1, "smClockRateKHz": 1980000, "memClockRateKHz": 2619000,
  "l2CacheSize": 52428800})";

// The tensors of a convolution with relu and pooling. Nothing lies at their address, which is only aligned as memory
// has to be.
struct Block {
  Images input, weights, bias, convolved, pooled;
};

Block block(std::int64_t images, std::int64_t channels_in, std::int64_t size, std::int64_t channels) {
  const auto of = [](std::int64_t n, std::int64_t c, std::int64_t side) {
    return Images{.address = 256, .images = n, .channels = c, .height = side, .width = side};
  };
  return {.input = of(images, channels_in, size),
          .weights = of(channels, channels_in, 5),
          .bias = of(1, channels, 1),
          .convolved = of(images, channels, size - 4),
          .pooled = of(images, channels, (size - 4) / 2)};
}

std::vector<Block> blocks(std::int64_t batch) { return {block(batch, 1, 32, 6), block(batch, 6, 14, 16)}; }

// The graphs that must have a plan, since there is no other way to do what they do.
std::vector<OperationGraph> convolutions(const Block& b) {
  return {convolution_graph(b.input, b.weights, {}, b.convolved),
          convolution_bias_relu_graph(b.input, b.weights, b.bias, b.convolved),
          convolution_input_gradient_graph(b.convolved, b.weights, {}, b.input),
          convolution_weight_gradient_graph(b.input, b.convolved, {}, b.weights)};
}

// The graphs that may lack a plan, since cuDNN's older functions do the same.
std::vector<OperationGraph> pointwise(const Block& b) {
  return {bias_relu_graph(b.convolved, b.bias, b.convolved), relu_gradient_graph(b.pooled, b.pooled, b.pooled),
          bias_gradient_graph(b.pooled, b.bias), relu_bias_gradient_graph(b.pooled, b.pooled, b.pooled, b.bias)};
}

class CudnnOnPaper : public testing::TestWithParam<Layout> {
 protected:
  void SetUp() override {
    try {
      cudnn::Libraries::versions();
      device_ = cudnn::describe_device(h100);
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
  }

  PaperPlans plans(const OperationGraph& graph, bool allow_tf32 = false) const {
    return plans_on_paper({.layout = GetParam(), .allow_tf32 = allow_tf32}, graph, *device_);
  }

  std::shared_ptr<const cudnn::PaperDevice> device_;
};

TEST_P(CudnnOnPaper, HasPlansForAllConvolutions) {
  for (const std::int64_t batch : {1, 16, 64, 256, 1024, 4096}) {
    for (const Block& b : blocks(batch)) {
      for (const OperationGraph& graph : convolutions(b)) {
        const PaperPlans found = plans(graph);
        EXPECT_FALSE(found.engines.empty()) << graph.name << ", batch " << batch << ": " << found.reason;
      }
    }
  }
}

TEST_P(CudnnOnPaper, TakesAllOtherGraphs) {
  for (const Block& b : blocks(64)) {
    for (const OperationGraph& graph : pointwise(b)) {
      const PaperPlans found = plans(graph);
      if (found.engines.empty()) {
        std::cout << graph.name << ", " << b.pooled.channels << " channels: no plan without a device (" << found.reason
                  << ")\n";
      }
    }
  }
}

TEST_P(CudnnOnPaper, RefusesAGraphWhoseChannelsDoNotFit) {
  Block b = blocks(64).back();
  b.weights.channels += 1;
  EXPECT_THROW(plans(convolution_graph(b.input, b.weights, {}, b.convolved)), Error);
}

// Where TF32 is allowed, the heuristics choose tensor cores for this graph.
TEST_P(CudnnOnPaper, KeepsTensorCoresOutWithoutTf32) {
  const Block b = blocks(1024).back();
  const OperationGraph graph = convolution_weight_gradient_graph(b.input, b.convolved, {}, b.weights);
  const PaperPlans without = plans(graph), with = plans(graph, true);
  EXPECT_FALSE(std::ranges::all_of(
      with.engines, [&](const std::string& engine) { return std::ranges::count(without.engines, engine) != 0; }));
}

TEST_P(CudnnOnPaper, DescribesTensorsToTheOlderFunctions) {
  for (const Block& b : blocks(64)) {
    for (const Images& images : {b.input, b.bias, b.convolved, b.pooled}) {
      EXPECT_NE(cudnn::Described(images, GetParam()).descriptor, nullptr);
    }
    EXPECT_NE(cudnn::DescribedWeights(b.weights, GetParam()).descriptor, nullptr);
  }
  for (const bool allow_tf32 : {false, true}) EXPECT_NE(cudnn::describe_convolution({}, 1, allow_tf32), nullptr);
  EXPECT_NE(cudnn::describe_pooling(CUDNN_POOLING_MAX, 2, 2), nullptr);
  EXPECT_NE(cudnn::describe_activation(CUDNN_ACTIVATION_RELU), nullptr);
}

TEST_P(CudnnOnPaper, DescribesProductsToCublasLt) {
  struct Layer {
    std::int64_t in, out;
  };
  for (const auto& [in, out] : {Layer{400, 120}, Layer{120, 84}, Layer{84, 10}}) {
    for (const bool allow_tf32 : {false, true}) {
      EXPECT_NO_THROW(cudnn::describe_products({.allow_tf32 = allow_tf32}, {.address = 256, .rows = 64, .columns = in},
                                               {.address = 256, .rows = out, .columns = in},
                                               {.address = 256, .rows = 64, .columns = out}));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, CudnnOnPaper, testing::Values(Layout::nchw, Layout::nhwc),
                         [](const auto& layout) { return layout.param == Layout::nchw ? "NCHW" : "NHWC"; });

}  // namespace
}  // namespace nestwright
