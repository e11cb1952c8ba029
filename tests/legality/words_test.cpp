// Every refusal is in the schedule's own words, and says where.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "tests/legality/own_words.h"
#include "tests/legality/verdict_corpus.h"

namespace nestwright {
namespace {

// What is said of the schedule where it is refused; empty where it is legal.
std::string refusal_of(const DrawnUse& use, const std::string& text,
                       const Halide::Target& target = Halide::get_host_target()) {
  make_halide_strict();
  const ScheduleSource source = {.file = "a.nest", .text = text, .parameters = {}};
  const BoundAlgorithm bound = bind_algorithm(use.op, use.algorithm, use.shape, block_stride_of(target));
  try {
    apply_schedule(bound, source, target);
    require_lowerable(bound, target);
  } catch (const Halide::Error& error) {
    return lowering_refusal(bound, source, target, error.what()).what();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

void expect_own_words(const std::string& refused, const std::string& text) {
  EXPECT_EQ(not_its_own(refused, "a.nest"), "") << refused << "\n" << text;
  EXPECT_EQ(std::count(refused.begin(), refused.end(), '\n'), 2) << refused;
}

TEST(Words, OfEveryRefusalInTheCorpusAreTheSchedules) {
  int refusals = 0;
  for (const VerdictEntry& entry : read_verdicts(NESTWRIGHT_VERDICTS_FILE)) {
    const DrawnUse use = small_use(entry.op, entry.algorithm);
    const std::string text = schedule_of(use, "any", entry.statements);
    const std::string refused = refusal_of(use, text);
    if (!refused.empty()) expect_own_words(refused, text);
    refusals += refused.empty() ? 0 : 1;
  }
  EXPECT_GE(refusals, 100);
}

TEST(Words, OfRefusalsOfDrawnSchedulesAreTheSchedules) {
  int refusals = 0;
  for (std::uint64_t seed = 1000; seed < 1200; ++seed) {
    const DrawnUse use = draw_use(seed);
    const std::string text = draw_schedule(use, seed);
    const std::string refused = refusal_of(use, text);
    if (!refused.empty()) expect_own_words(refused, fmt::format("{} at {}:\n{}", seed, use.shape.text(), text));
    refusals += refused.empty() ? 0 : 1;
  }
  EXPECT_GE(refusals, 50);
}

struct Message {
  std::string op, statements, expected;
};

// What Halide says when it lowers a schedule, or in other words than those of schedules.
TEST(Words, NameTheDirectiveAndItsLoop) {
  const std::vector<Message> messages = {
      {"conv2d", "output.vectorize(b)\nconv.compute_root()",
       "a.nest:2:8: vectorize(b) needs a loop whose number of iterations is a constant, and that of `b` is none; "
       "vectorize(b, 4) takes a part of it"},
      {"conv2d", "conv.compute_root()\noutput.split(b, bo, bi, 2).unroll(bo)",
       "a.nest:3:28: unroll(bo) needs a loop whose number of iterations is a constant, and that of `bo` is none"},
      {"softmax_cross_entropy", "loss.compute_with(logits_gradient, lane)",
       "a.nest:2:6: Halide refuses compute_with(logits_gradient, lane) of `loss`: Invalid compute_with: # of fused "
       "dims "
       "of logits_gradient and loss do not match"},
      {"conv2d", "conv.compute_root().bound(x, 0, 2)",
       "a.nest:2:21: the elements 0 to 4 of `conv` in `x` are needed, 5 of them; leave bound out, or let it state "
       "these"},
      {"conv2d", "conv.compute_root()\nconv.update(0).split(kx, kxo, kxi, 2, RoundUp)",
       "a.nest:3:16: Halide refuses split: When splitting Var kx the tail strategy must be"},
      {"conv2d", "conv.compute_root()\nconv.update(0).vectorize(x, 16)",
       "a.nest:3:16: Halide refuses vectorize(x, 16) of `conv`: it would fail whenever it is called: `input` would be "
       "read from 0 to 16 in `x`, where it has 0 to 5; vectorize(x, 5) or vectorize(x, 16, TailStrategy::GuardWithIf) "
       "would do"},
      {"softmax_cross_entropy",
       "exponential.compute_root()\nexponential.clone_in(exp_sum).compute_root()\n"
       "exponential.clone_in(logits_gradient).compute_root()",
       "a.nest:4:13: `exponential` has a copy already, exponential.clone_in(exp_sum), and Halide can't clone it then"},
      {"conv2d", "output.fuse(x, x, xx)", "a.nest:2:16: `x` is there twice"},
      {"softmax_cross_entropy", "exponential.parallel(b, 2)",
       "a.nest:2:13: Halide refuses parallel(b, 2) of `exponential`: Cannot parallelize dimension b of function "
       "exponential because the function is scheduled inline"},
      {"softmax_cross_entropy", "exponential.unroll(lane, 2)",
       "a.nest:2:13: Halide refuses unroll(lane, 2) of `exponential`: Cannot unroll dimension lane of function "
       "exponential because the function is scheduled inline"},
  };
  for (const Message& message : messages) {
    const DrawnUse use = small_use(message.op, "direct");
    const std::string text = schedule_of(use, "any", message.statements);
    const std::string refused = refusal_of(use, text);
    EXPECT_EQ(refused.substr(0, message.expected.size()), message.expected) << refused;
    expect_own_words(refused, text);
  }
}

// Of what a group shares, by any way, and of what a thread keeps, whose updates by itself need not be atomic.
TEST(Words, ForbidAtomicUpdatesWithinAKernelThatKeepsTheSum) {
  const std::string kernel = "output.reorder(lane, o, b).gpu_blocks(b).gpu_threads(lane)\n";
  const std::vector<std::string> wrong = {
      "sum.compute_at(output, b).store_in(GPUShared)\nsum.update(0).reorder(k, lane, o).atomic().gpu_threads(k)",
      "sum.compute_at(output, b)\nsum.update(0).reorder(k, lane, o).atomic().gpu_threads(k)",
      "sum.compute_at(output, b)\nsum.update(0).reorder(lane, k, o).atomic().gpu_threads(lane, k)",
      "sum.compute_at(output, b).gpu_threads(lane)\nsum.update(0).atomic().gpu_threads(lane)",
      "sum.compute_at(output, b).store_in(Register).gpu_threads(lane)\nsum.update(0).atomic().gpu_threads(lane)",
      "sum.clone_in(output).compute_at(output, b)\nsum.clone_in(output).update(0).atomic().gpu_threads(k)"};
  const std::vector<std::string> right = {
      "sum.compute_root().gpu_blocks(b).gpu_threads(lane)\n"
      "sum.update(0).reorder(k, lane, o, b).gpu_blocks(b).atomic().gpu_threads(k)",
      "sum.compute_at(output, lane)\nsum.update(0).atomic().vectorize(k, 2)",
      "sum.compute_at(output, b)\nsum.update(0).gpu_threads(lane)"};
  const DrawnUse use = small_use("linear", "direct");
  const Halide::Target host = Halide::get_host_target();
  for (const Halide::Target& target :
       {host.with_feature(Halide::Target::OpenCL),
        host.with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80)}) {
    for (const std::string& statements : wrong) {
      const std::string text = schedule_of(use, "gpu", kernel + statements), refused = refusal_of(use, text, target);
      EXPECT_NE(refused.find("atomically within the kernel that keeps it"), std::string::npos) << refused << text;
      expect_own_words(refused, text);
    }
    for (const std::string& statements : right) {
      const std::string text = schedule_of(use, "gpu", kernel + statements);
      EXPECT_EQ(refusal_of(use, text, target), "") << text;
    }
  }
}

}  // namespace
}  // namespace nestwright
