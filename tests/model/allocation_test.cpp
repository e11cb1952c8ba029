#include <gtest/gtest.h>

#include <deque>
#include <numeric>

#include "model/runtime/training_session.h"
#include "tests/model/bars.h"
#include "tests/model/counting_allocator.h"

namespace nestwright {
namespace {

// Has a kernel for every operator and shape, which does nothing.
class IdleProvider : public KernelProvider {
 public:
  const Kernel& find(const std::string&, const Shape&, const std::string&) const override {
    return kernels_.emplace_back(Kernel{.key = {}, .call = [](void**) { return 0; }});
  }
  bool can_run(const std::string&, const Shape&, const std::string&) const override { return true; }

 private:
  mutable std::deque<Kernel> kernels_;
};

TEST(TrainingSession, AllocatesNothingInAStepOfTheSameSize) {
  const Dataset data = bars(80);
  const IdleProvider kernels;
  std::vector<std::int32_t> indices(45);
  std::iota(indices.begin(), indices.end(), 0);
  for (const bool deterministic : {false, true}) {
    TrainingSession session(fused_layers(), data, {}, kernels, {.threads = 2, .deterministic = deterministic});
    session.step(indices, 0.1);
    const std::int64_t before = allocation_count();
    for (int step = 0; step < 3; ++step) session.step(indices, 0.1);
    EXPECT_EQ(allocation_count(), before);
    EXPECT_GT(before, 0);
  }
}

TEST(InferenceSession, AllocatesNothingInAPredictionOfTheSameSize) {
  const Dataset data = bars(80);
  const IdleProvider kernels;
  Parameters parameters(fused_layers(), {.width = 8, .height = 9}, 1);
  InferenceSession session(fused_layers(), {.width = 8, .height = 9}, parameters, {}, kernels, 2);
  std::vector<std::int32_t> indices(45);
  std::vector<float> logits(180);
  session.predict(data.train, indices, logits);
  const std::int64_t before = allocation_count();
  session.predict(data.train, indices, logits);
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace nestwright
