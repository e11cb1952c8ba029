// Every refusal is in the schedule's own words, and says where.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
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

// The process has used up other numbers by the second time: no word depends on them.
void expect_own_words(const std::string& refused, const std::string& again, const std::string& text) {
  EXPECT_EQ(refused, again) << text;
  EXPECT_EQ(not_its_own(refused, "a.nest"), "") << refused << "\n" << text;
  EXPECT_EQ(std::count(refused.begin(), refused.end(), '\n'), 2) << refused;
}

TEST(Words, OfEveryRefusalInTheCorpusAreTheSchedules) {
  int refusals = 0;
  for (const VerdictEntry& entry : read_verdicts(NESTWRIGHT_VERDICTS_FILE)) {
    const DrawnUse use = small_use(entry.op, entry.algorithm);
    const std::string text = schedule_of(use, "any", entry.statements);
    const std::string refused = refusal_of(use, text);
    if (!refused.empty()) expect_own_words(refused, refusal_of(use, text), text);
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
    if (refused.empty()) continue;
    expect_own_words(refused, refusal_of(use, text), fmt::format("{} at {}:\n{}", seed, use.shape.text(), text));
    ++refusals;
  }
  EXPECT_GE(refusals, 50);
}

struct Message {
  std::string op, statements, expected;
};

void expect_messages(const std::vector<Message>& messages, const std::string& purpose, const Halide::Target& target) {
  for (const Message& message : messages) {
    const DrawnUse use = small_use(message.op, "direct");
    const std::string text = schedule_of(use, purpose, message.statements);
    const std::string refused = refusal_of(use, text, target);
    EXPECT_EQ(refused.substr(0, message.expected.size()), message.expected) << refused;
    expect_own_words(refused, refusal_of(use, text, target), text);
  }
}

// What Halide says when it lowers a schedule, or in other words than those of schedules.
TEST(Words, NameTheDirectiveAndItsLoop) {
  const std::vector<Message> messages = {
      {"conv2d", "output.vectorize(b)\nconv.compute_root()",
       "a.nest:2:8: vectorize(b) needs a loop whose number of iterations is a constant, and that of `b` is none; "
       "vectorize(b, 4) takes a part of it"},
      {"conv2d", "conv.compute_root()\noutput.split(b, bo, bi, 2).unroll(bo)",
       "a.nest:3:28: unroll(bo) needs a loop whose number of iterations is a constant, and that of `bo` is none"},
      {"softmax_cross_entropy", "loss.compute_with(logits_gradient, lane)",
       "a.nest:2:6: Halide refuses compute_with(logits_gradient, lane) of `loss`: `logits_gradient` and `loss` do not "
       "have the same number of loops from that one outwards; give both the same loops in the same order"},
      {"conv2d", "conv.compute_root().bound(x, 0, 2)",
       "a.nest:2:21: the elements 0 to 4 of `conv` in `x` are needed, 5 of them; leave bound out, or let it state "
       "these"},
      {"conv2d", "conv.compute_root()\nconv.update(0).split(kx, kxo, kxi, 2, RoundUp)",
       "a.nest:3:16: Halide refuses split: the reduction's loop `kx` may not go beyond its end, nor over elements "
       "twice; use GuardWithIf or Predicate"},
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
       "a.nest:2:13: Halide refuses parallel(b, 2) of `exponential`: `exponential` is computed inline, and has no "
       "loop `b` of its own; compute it somewhere first, by compute_root or compute_at"},
      {"softmax_cross_entropy", "exponential.unroll(lane, 2)",
       "a.nest:2:13: Halide refuses unroll(lane, 2) of `exponential`: `exponential` is computed inline, and has no "
       "loop `lane` of its own; compute it somewhere first, by compute_root or compute_at"},
  };
  expect_messages(messages, "any", Halide::get_host_target());
}

TEST(Words, NameFuncsThatTheScheduleMakes) {
  expect_messages(
      {{"softmax_cross_entropy",
        "exp_sum.compute_root()\nexp_sum.update(0).rfactor(k_sum, u).compute_root().bound(u, 0, 3)",
        "a.nest:3:52: the elements 0 to 4 of `exp_sum.rfactor(k_sum, u)` in `u` are needed, 5 of them; leave bound "
        "out"},
       {"conv2d", "conv.compute_root()\nconv.update(0).rfactor(ci, u).compute_root().bound(uu, 0, 1)",
        "a.nest:3:52: no dimension `uu` in `conv.rfactor(ci, u)`; did you mean `u`?"},
       {"conv2d", "conv.compute_root()\nconv.update(0).rfactor(ci, u).update(3).vectorize(lane)",
        "a.nest:3:31: `conv.rfactor(ci, u)` has no update 3; its last is update(0)"},
       {"conv2d", "conv.compute_root()\nconv.update(0).rfactor(ci, u).compute_root().split(q, a, c, 2)",
        "a.nest:3:52: no loop `q` in `conv.rfactor(ci, u)`; there are: b, co, lane, u, x, y"},
       {"conv2d", "conv.compute_root()\nconv.update(0).rfactor(ci, u).in().compute_root().vectorize(w)",
        "a.nest:3:61: no loop `w` in `conv.rfactor(ci, u).in()`; there are: b, co, lane, u, x, y"},
       {"conv2d", "conv.compute_root()\nconv.update(0).rfactor(ci, u)\nzzz.compute_root()",
        "a.nest:4:1: no Func `zzz` in conv2d; there are: conv, input, output, weight"},
       {"conv2d", "input.in().compute_root().vectorize(x, 4, RoundUp)",
        "a.nest:2:27: Halide refuses vectorize(x, 4, TailStrategy::RoundUp) of `input.in()`: it would fail"},
       {"conv2d", "conv.in(output, output).compute_root()", "a.nest:2:6: in names `output` twice"},
       {"conv2d", "conv.clone_in(conv).compute_root()", "a.nest:2:6: `conv` can't read a copy of itself"}},
      "any", Halide::get_host_target());
}

TEST(Words, NameLoopsAndDimensionsThatNoFuncHas) {
  expect_messages({{"conv2d", "output.vectorize(lane, 512)\nconv.compute_root()",
                    "a.nest:2:8: vectors of `output` would have more than 256 values, which Halide can't compile in "
                    "reasonable time; "
                    "vectorize a smaller part of `lane`"},
                   {"conv2d", "conv.compute_root().vectorize(x, 512).vectorize(lane, 1)",
                    "a.nest:2:21: vectors of `conv` would have more than 256 values, which Halide can't compile in "
                    "reasonable time; "
                    "vectorize a smaller part of `x`"},
                   {"conv2d", "conv.compute_root().bound(co, 0, 32)",
                    "a.nest:2:21: Halide refuses bound(co, 0, 32) of `conv`: it would fail whenever it is called: "
                    "`bias` would be read "
                    "from 0 to 31 in `co`, where it has 0 to 2"},
                   {"sgd", "state.vectorize(i, 16, RoundUp)",
                    "a.nest:2:7: Halide refuses vectorize(i, 16, TailStrategy::RoundUp) of `state`: it would fail "
                    "whenever it is called: "
                    "`parameter` would be read from 0 to 15 in `i`, where it has 0 to 0"}},
                  "any", Halide::get_host_target());
}

TEST(Words, AdviseWhereHalideRefusesLoopsOfAGpu) {
  expect_messages(
      {{"linear", "output.gpu_threads(lane)",
        "a.nest:2:8: Halide refuses gpu_threads(lane) of `output`: no loop around the GPU's thread loop `lane` of "
        "`output` "
        "goes over blocks; give one of them gpu_blocks, or map both by gpu_tile (at"},
       {"linear", "output.gpu_blocks(b, lane)",
        "a.nest:2:8: Halide refuses gpu_blocks(b, lane) of `output`: the loop `o` of `output` stands between the GPU's "
        "block "
        "loops `b` of `output` and `lane` of `output`; let block loops follow one another"}},
      "gpu",
      Halide::get_host_target().with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80));
}

// Of what a group shares, by any way, and of what a thread keeps, whose updates by itself need not be atomic.
// A device's tensors are in its memory alone, and a processor has none of a GPU's.
TEST(Words, SayWhereAScheduleIsForAnotherDevice) {
  const std::string by_processor = " would be computed by the processor, which has no access to a device's tensors";
  const Halide::Target opencl = Halide::get_host_target().with_feature(Halide::Target::OpenCL);
  expect_messages(
      {{"relu", "", "a.nest:1:10: `output`" + by_processor},
       {"relu", "output.vectorize(lane)", "a.nest:2:8: `output`" + by_processor},
       {"conv2d", "conv.compute_root()\noutput.gpu_tile(x, y, xi, yi, 4, 4)", "a.nest:2:6: `conv`" + by_processor},
       {"conv2d", "conv.compute_at(output, b)\noutput.gpu_blocks(y).gpu_threads(x)",
        "a.nest:2:6: `conv`" + by_processor}},
      "gpu", opencl);
  expect_messages(
      {{"conv2d", "conv.compute_at(output, x).store_in(GPUShared)",
        "a.nest:2:37: GPUShared is memory of a GPU, and the schedule is for cpu; use Heap, Stack or Register"}},
      "cpu", Halide::get_host_target());
}

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
  // A CUDA kernel takes a second; both devices get the same check.
  for (const auto& [target, count] :
       {std::pair(host.with_feature(Halide::Target::OpenCL), wrong.size()),
        std::pair(host.with_feature(Halide::Target::CUDA).with_feature(Halide::Target::CUDACapability80),
                  std::size_t{1})}) {
    for (const std::string& statements : std::span(wrong).first(count)) {
      const std::string text = schedule_of(use, "gpu", kernel + statements), refused = refusal_of(use, text, target);
      EXPECT_NE(refused.find("atomically within the kernel that keeps it"), std::string::npos) << refused << text;
      expect_own_words(refused, refusal_of(use, text, target), text);
    }
    for (const std::string& statements : std::span(right).first(std::min(count, right.size()))) {
      const std::string text = schedule_of(use, "gpu", kernel + statements);
      EXPECT_EQ(refusal_of(use, text, target), "") << text;
    }
  }
}

}  // namespace
}  // namespace nestwright
