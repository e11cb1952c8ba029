// Checks what a training on CUDA asks of the driver, whose part a stand-in plays (cuda_double/): the order of calls,
// what goes into a step's graph, and the messages when something is missing or fails. What kernels compute is not
// checked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <numeric>

#include "bench/device_timer.h"
#include "generators/generated_kernels.h"
#include "generators/kernel_interface/kernel_error.h"
#include "generators/kernel_interface/registry.h"
#include "model/data/synthetic_digits.h"
#include "model/device/device_session.h"
#include "model/graph/models.h"
#include "model/runtime/halide_on_openmp.h"
#include "support/error.h"
#include "tests/gpu/cuda_double/cuda_double.h"

namespace nestwright {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class CudaCalls : public testing::Test {
 protected:
  void SetUp() override {
    const CudaDouble& before = *cuda_double();
    *cuda_double() = {.in_use = before.in_use, .live_events = before.live_events, .live_graphs = before.live_graphs};
  }

  static const KernelRegistry& kernels() {
    static const KernelRegistry registry = [] {
      run_halide_on_openmp();
      KernelRegistry generated;
      register_generated_kernels(generated);
      return generated;
    }();
    return registry;
  }
  static const Dataset& digits() {
    static const Dataset dataset = make_synthetic_digits({.train_count = 256, .test_count = 40});
    return dataset;
  }
  static DeviceSession session(const char* optimizer = "adadelta") {
    return DeviceSession(find_model("lenet5"), digits(), normalisation_of(digits().train), kernels(),
                         {.target = "cuda", .optimizer = optimizer_defaults(optimizer)});
  }
  static std::vector<std::int32_t> batch(std::int32_t first, std::size_t count) {
    std::vector<std::int32_t> indices(count);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
  }
  // The message of the Error that `work` throws, or "nothing".
  static std::string said_by(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  }
  static std::string refusal() {
    // A model whose vectors have another size than those of other tests: Halide's runtime keeps memory that it is given
    // back, and would not ask the driver for as much again.
    static const Model model = {.name = "test", .network = {Flatten{}, Linear{90}, Relu{}, Linear{10}}};
    return said_by(
        [] { DeviceSession(model, digits(), normalisation_of(digits().train), kernels(), {.target = "cuda"}); });
  }
  // The operators whose kernels a step launches, in their order.
  static std::vector<std::string> launched(DeviceSession session) {
    std::vector<std::string> ops;
    for (const Node& node : session.step_of(64).program.graph().nodes) ops.push_back(node.op);
    ops.emplace_back("adadelta");
    return ops;
  }
  static auto says_that_no_launch_was(const std::string& op) {
    return AllOf(StartsWith("device: kernel " + op + " direct ["),
                 HasSubstr("] cuda gpu was not launched: CUDA error: CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"));
  }
};

TEST_F(CudaCalls, AStepIsRecordedOnceAndLaunchedAsAWhole) {
  DeviceSession training = session();
  const CudaDouble& seen = *cuda_double();
  training.step(batch(0, 64), 0.5);
  EXPECT_EQ(seen.kernels, 9);  // the first step is not recorded, because kernels are loaded
  EXPECT_EQ(seen.graph_launches, 0);
  const int allocations = seen.allocations;
  for (std::int32_t i = 1; i < 4; ++i) training.step(batch(64 * i, 64), 0.5);
  EXPECT_EQ(seen.graphs, 1);
  EXPECT_EQ(seen.graph_launches, 3);
  EXPECT_EQ(seen.captured_kernels, 9);
  // Two copies: indices and labels go to the device before all kernels, losses come back once the classifier has
  // computed them.
  EXPECT_THAT(seen.kernels_before_copies, ElementsAre(std::set<int>{}, std::set<int>{0, 1}));
  EXPECT_EQ(seen.kernels, 9);
  EXPECT_EQ(seen.allocations, allocations) << "nothing is asked for after the first step";
  EXPECT_EQ(seen.refused_in_capture, 0);
  EXPECT_EQ(seen.on_other_streams, 0);
}

TEST_F(CudaCalls, KernelsThatDontWaitForEachOtherRunSideBySide) {
  DeviceSession training = session();
  for (int i = 0; i < 2; ++i) training.step(batch(0, 64), 0.5);
  // The kernels in order: 0 features, 1 classifier, 2 to 5 the gradients of the parameters of fc3, fc2, fc1 and conv2,
  // 6 the gradient of conv2's input, 7 those of conv1's parameters, 8 the update.
  const std::set<int> all = {0, 1, 2, 3, 4, 5, 6, 7};
  const std::set<int> both = {0, 1};
  EXPECT_THAT(cuda_double()->kernels_before, ElementsAre(std::set<int>{}, std::set<int>{0}, both, both, both, both,
                                                         both, std::set<int>{0, 1, 6}, all));
  EXPECT_EQ(cuda_double()->refused_in_capture, 0);
}

TEST_F(CudaCalls, WhatChangesWithTheStepsIsRecordedOnce) {
  const CudaDouble& seen = *cuda_double();
  for (const std::string& optimizer : optimizer_names()) {
    DeviceSession training = session(optimizer.c_str());
    const int graphs = seen.graphs, launches = seen.graph_launches;
    for (const double rate : {0.5, 0.5, 0.5, 0.25, 0.25}) training.step(batch(0, 64), rate);
    EXPECT_EQ(seen.graphs, graphs + 1) << optimizer;
    EXPECT_EQ(seen.graph_launches, launches + 4) << optimizer;
  }
  EXPECT_EQ(seen.kernels_before_copies.size(), 2U);
  EXPECT_EQ(seen.refused_in_capture, 0);
}

TEST_F(CudaCalls, AnotherNumberOfImagesIsRecordedAnew) {
  DeviceSession training = session();
  const CudaDouble& seen = *cuda_double();
  for (int i = 0; i < 3; ++i) training.step(batch(0, 64), 0.5);
  EXPECT_EQ(seen.graphs, 1);
  for (int i = 0; i < 2; ++i) training.step(batch(0, 17), 0.25);
  EXPECT_EQ(seen.graphs, 2);
  EXPECT_EQ(seen.refused_in_capture, 0);
}

TEST_F(CudaCalls, AGraphReadsTheBatchOfItsLaunch) {
  // The stand-in computes nothing, so the losses are what the arena holds: zeros, read back by the graph's other copy.
  DeviceSession training = session("momentum");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(training.step(batch(0, 64), 0.1), 0.0);
  EXPECT_EQ(cuda_double()->kernels_before_copies.size(), 2U);
}

// Halide's runtime keeps memory that it is given back, for the next who asks for as much.
TEST_F(CudaCalls, WhatASessionHadServesTheNext) {
  const auto train = [] {
    DeviceSession training = session();
    training.step(batch(0, 64), 0.5);
    training.evaluate(digits().test);
  };
  train();
  const int allocations = cuda_double()->allocations;
  train();
  EXPECT_EQ(cuda_double()->allocations, allocations);
}

TEST_F(CudaCalls, ImagesThatHaveNoRoomAreBroughtBesideTheSteps) {
  DeviceSession training(find_model("lenet5"), digits(), normalisation_of(digits().train), kernels(),
                         {.target = "cuda", .most_image_bytes = 1000});
  const CudaDouble& seen = *cuda_double();
  for (std::int32_t i = 0; i < 4; ++i) {
    if (i < 3) training.announce(batch(64 * (i + 1), 64));
    training.step(batch(64 * i, 64), 0.5);
  }
  // The first batch, then each while the step before it was under way: never on the stream that computes.
  EXPECT_EQ(seen.copies_of_other_streams, 4);
  EXPECT_EQ(seen.graphs, 1);
  EXPECT_EQ(seen.graph_launches, 3);
  EXPECT_EQ(seen.refused_in_capture, 0);
  EXPECT_EQ(seen.waits, 8);  // for each batch, one of each stream for the other
}

// Uses a model whose modules no other test has loaded before this one.
TEST_F(CudaCalls, AKernelThatCannotBeLoadedIsReportedAndTriedAnew) {
  DeviceSession training(find_model("lenet_caffe"), digits(), normalisation_of(digits().train), kernels(),
                         {.target = "cuda"});
  for (int i = 0; i < 2; ++i) {
    cuda_double()->fail_load = 1;
    EXPECT_THAT(said_by([&] { training.step(batch(0, 64), 0.5); }),
                AllOf(StartsWith("device: kernel load_images direct ["), HasSubstr("CUDA_ERROR_INVALID_PTX")));
  }
}

// Each kernel has a module of its own. The model is one that no other test trains, since a module that is loaded stays.
TEST_F(CudaCalls, AKernelIsLoadedWithItsOwnCapOfRegisters) {
  KernelRegistry capped;
  capped.add_device("cuda", [] { return kernels().device("cuda"); });
  capped.set_cuda_user([](const CudaHandlers& handlers) { kernels().use_cuda(handlers); });
  for (Kernel kernel : kernels().kernels()) {
    if (kernel.key.shape.text() == "lanes=32 in_features=800 out_features=500") kernel.cuda_registers = 128;
    capped.add(std::move(kernel));
  }
  DeviceSession training(find_model("lenet_caffe"), digits(), normalisation_of(digits().train), capped,
                         {.target = "cuda"});
  setenv("HL_CUDA_JIT_MAX_REGISTERS", "96", 1);
  training.step(batch(0, 64), 0.5);
  EXPECT_STREQ(std::getenv("HL_CUDA_JIT_MAX_REGISTERS"), "96");
  unsetenv("HL_CUDA_JIT_MAX_REGISTERS");
  // Three kernels have a cap of their own, all of the first linear layer; those of the others are the environment's.
  const std::vector<unsigned>& caps = cuda_double()->register_caps;
  EXPECT_EQ(std::ranges::count(caps, 128U), 3);
  EXPECT_GT(std::ranges::count(caps, 96U), 3);
  EXPECT_EQ(std::ranges::count(caps, 96U) + 3, static_cast<std::ptrdiff_t>(caps.size()));
  training.step(batch(0, 17), 0.5);
  EXPECT_EQ(std::getenv("HL_CUDA_JIT_MAX_REGISTERS"), nullptr);
}

TEST_F(CudaCalls, ALaunchThatFailsIsReportedWithItsKernel) {
  const std::vector<std::string> ops = launched(session());
  ASSERT_EQ(ops.size(), 9U);
  for (const int recorded : {0, 1}) {
    for (std::size_t launch = 0; launch < ops.size(); ++launch) {
      DeviceSession training = session();
      // The first step is not recorded, the second is.
      if (recorded == 1) training.step(batch(0, 64), 0.5);
      cuda_double()->fail_launch = static_cast<int>(launch) + 1;
      EXPECT_THAT(said_by([&] { training.step(batch(0, 64), 0.5); }), says_that_no_launch_was(ops[launch]));
      // The failure leaves nothing behind: the next steps succeed.
      EXPECT_EQ(said_by([&] { training.step(batch(0, 64), 0.5); }), "nothing");
      EXPECT_EQ(said_by([&] { training.step(batch(0, 64), 0.5); }), "nothing");
    }
  }
  EXPECT_EQ(cuda_double()->refused_in_capture, 0);
}

TEST_F(CudaCalls, ALaunchThatFailsHasNoTimeAndNoResult) {
  const std::vector<std::string> ops = launched(session());
  DeviceSession training = session();
  bench::DeviceTimer timer(training);
  const auto fail_at = [](int launch, const auto& work) {
    cuda_double()->fail_launch = launch;
    return said_by(work);
  };
  training.step(batch(0, 64), 0.5);
  for (std::size_t node = 0; node + 1 < ops.size(); ++node) {
    for (const int launch : {1, 3, 4, 2}) {  // 1 and 3 fail in a run that is not recorded, 4 and 2 while one is
      EXPECT_THAT(fail_at(launch, [&] { timer.time_node(node, batch(0, 64), 3); }), says_that_no_launch_was(ops[node]));
    }
  }
  EXPECT_THAT(fail_at(9, [&] { timer.time_step(batch(0, 64), 0.5, 3); }), says_that_no_launch_was("adadelta"));
  EXPECT_THAT(fail_at(1, [&] { timer.time_inference(batch(0, 64), 3); }), says_that_no_launch_was("feature_extractor"));
  EXPECT_THAT(fail_at(3, [&] { timer.time_inference(batch(0, 64), 3); }), says_that_no_launch_was("linear_relu"));
  EXPECT_THAT(fail_at(1, [&] { training.evaluate(digits().test); }), says_that_no_launch_was("feature_extractor"));
}

TEST_F(CudaCalls, WhatIsTimedIsRecordedOnce) {
  DeviceSession training = session();
  bench::DeviceTimer timer(training);
  const CudaDouble& seen = *cuda_double();
  timer.time_step(batch(0, 64), 0.5, 3, /*with_copies=*/false);
  EXPECT_THAT(seen.kernels_before_copies, IsEmpty());
  EXPECT_EQ(seen.captured_kernels, 9);
  const auto time_all = [&] {
    timer.time_step(batch(0, 64), 0.5, 3);
    timer.time_step(batch(0, 64), 0.5, 3, /*with_copies=*/false);
    timer.time_inference(batch(0, 64), 3);
    for (std::size_t node = 0; node < 8; ++node) timer.time_node(node, batch(0, 64), 3);
    timer.time_node(0, batch(0, 64), 2);
  };
  time_all();
  // Twelve graphs: a step with its copies and one without, an inference, each of eight nodes launched 3 times, and one
  // node launched 2 times.
  EXPECT_EQ(seen.graphs, 12);
  time_all();
  EXPECT_EQ(seen.graphs, 12);
  EXPECT_EQ(seen.refused_in_capture, 0);
}

TEST_F(CudaCalls, WhatElseFailsIsReportedInOneLine) {
  DeviceSession training = session();
  const auto step = [&] { training.step(batch(0, 64), 0.5); };
  step();
  cuda_double()->fail_instantiate = 1;
  EXPECT_EQ(said_by(step), "device: what was recorded can't be made ready (CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)");
  step();
  cuda_double()->fail_graph_launch = 1;
  EXPECT_EQ(said_by(step), "device: what was recorded can't be started (CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES)");
  cuda_double()->fail_synchronize = 1;
  EXPECT_EQ(said_by(step), "device: stopped working (CUDA_ERROR_ILLEGAL_ADDRESS)");
  cuda_double()->fail_synchronize = 2;
  EXPECT_EQ(said_by([&] { training.queue().time([] {}); }), "device: stopped working (CUDA_ERROR_ILLEGAL_ADDRESS)");
  // An error that something else reported before is not taken for a kernel's.
  DeviceSession next = session();
  record_kernel_error("another's");
  EXPECT_EQ(said_by([&] { next.step(batch(0, 64), 0.5); }), "nothing");
}

TEST_F(CudaCalls, NothingIsLeftOfWorkThatFails) {
  DeviceQueue queue(kernels(), "cuda");
  const auto fail = [] { throw Error("test", "fails"); };
  const CudaDouble before = *cuda_double();
  EXPECT_THROW(queue.time(fail), Error);
  {
    RecordedStep step;
    bool is_to_fail = false;
    const auto issue = [&] {
      if (is_to_fail) fail();
    };
    queue.run(step, {}, issue);
    is_to_fail = true;
    EXPECT_THROW(queue.run(step, {}, issue), Error);
    is_to_fail = false;
    // The stream takes work again.
    EXPECT_GT(bench::time_recorded(queue, step, {}, issue, 1), 0.0);
    EXPECT_EQ(cuda_double()->live_graphs, before.live_graphs + 1);
  }
  EXPECT_EQ(cuda_double()->live_graphs, before.live_graphs);
  EXPECT_EQ(cuda_double()->live_events, before.live_events);
}

TEST_F(CudaCalls, WhatIsMissingIsSaidInOneLine) {
  cuda_double()->devices = 0;
  EXPECT_EQ(refusal(),
            "--device: no cuda device is here (NVIDIA's driver says CUDA_ERROR_NO_DEVICE); use --device cpu");
  cuda_double()->devices = 1;
  cuda_double()->capability = 70;
  EXPECT_EQ(refusal(),
            "--device: Stand-in is too old: it has compute capability 7.0, and the kernels need 8.0 or newer; "
            "use --device cpu");
  cuda_double()->capability = 80;
  cuda_double()->memory = std::size_t{1} << 17;  // the weights alone are 250 KB
  EXPECT_THAT(refusal(), HasSubstr("MB of memory left; use a smaller batch, or --device cpu"));
}

}  // namespace
}  // namespace nestwright
