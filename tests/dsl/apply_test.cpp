#include "dsl/apply.h"

#include <gtest/gtest.h>

#include <functional>

#include "dsl/directives.h"
#include "example_pipeline.h"

// What a .nest file does to a pipeline is what the same directives do in C++, and it changes no result.
namespace nestwright::dsl {
namespace {

using namespace Halide;

struct Case {
  std::string name;
  std::string text;
  std::function<void(Example&)> in_cpp;
};

void PrintTo(const Case& c, std::ostream* stream) { *stream << c.text; }

const Var xo("xo"), xi("xi"), yo("yo"), yi("yi"), xy("xy"), u("u"), v("v");
const RVar kxo("kxo"), kxi("kxi"), ko("ko"), ki("ki"), kk("kk");

std::vector<Case> loop_cases() {
  return {
      {"split", "output.split(x, xo, xi, 5)", [](Example& e) { e.output.split(e.x, xo, xi, 5); }},
      {"split_tail", "output.split(x, xo, xi, 5, TailStrategy::GuardWithIf)",
       [](Example& e) { e.output.split(e.x, xo, xi, 5, TailStrategy::GuardWithIf); }},
      {"split_same_name", "output.split(x, x, xi, 5, Predicate).unroll(xi)",
       [](Example& e) { e.output.split(e.x, e.x, xi, 5, TailStrategy::Predicate).unroll(xi); }},
      {"split_reduction", "sum.compute_root().update(0).split(k, ko, ki, 2).reorder(x, y, kx, c, ky, ki, ko)",
       [](Example& e) {
         e.sum.compute_root().update(0).split(e.r.z, ko, ki, 2).reorder(e.x, e.y, e.r.x, e.c, e.r.y, ki, ko);
       }},
      {"split_reduction_same_name", "sum.compute_root().update().split(k, k, ki, 2).unroll(ki).reorder(k, x)",
       [](Example& e) {
         const RVar k("k");
         e.sum.compute_root().update(0).split(e.r.z, k, ki, 2).unroll(ki).reorder(k, e.x);
       }},
      {"tile", "output.tile(x, y, xo, yo, xi, yi, 8, 2)",
       [](Example& e) { e.output.tile(e.x, e.y, xo, yo, xi, yi, 8, 2); }},
      {"tile_short", "output.tile(x, y, xi, yi, 7, 3, GuardWithIf).unroll(yi)",
       [](Example& e) { e.output.tile(e.x, e.y, xi, yi, 7, 3, TailStrategy::GuardWithIf).unroll(yi); }},
      {"fuse", "output.fuse(x, y, xy).parallel(xy)", [](Example& e) { e.output.fuse(e.x, e.y, xy).parallel(xy); }},
      {"fuse_reduction", "sum.compute_root().update(0).fuse(kx, ky, kk).unroll(kk)",
       [](Example& e) { e.sum.compute_root().update(0).fuse(e.r.x, e.r.y, kk).unroll(kk); }},
      {"reorder", "output.reorder(c, y, x)", [](Example& e) { e.output.reorder(e.c, e.y, e.x); }},
  };
}

std::vector<Case> iteration_cases() {
  return {
      {"vectorize", "output.split(x, xo, xi, 8).vectorize(xi)",
       [](Example& e) { e.output.split(e.x, xo, xi, 8).vectorize(xi); }},
      {"vectorize_factor", "output.vectorize(x, 8)", [](Example& e) { e.output.vectorize(e.x, 8); }},
      {"vectorize_tail", "output.vectorize(x, 16, GuardWithIf)",
       [](Example& e) { e.output.vectorize(e.x, 16, TailStrategy::GuardWithIf); }},
      {"unroll_factor", "output.unroll(y, 4)", [](Example& e) { e.output.unroll(e.y, 4); }},
      {"parallel", "output.parallel(c)", [](Example& e) { e.output.parallel(e.c); }},
      {"parallel_task", "output.parallel(y, 3, GuardWithIf)",
       [](Example& e) { e.output.parallel(e.y, 3, TailStrategy::GuardWithIf); }},
      {"serial", "output.parallel(c).serial(c)", [](Example& e) { e.output.parallel(e.c).serial(e.c); }},
      {"atomic", "sum.compute_root().update(0).atomic().reorder(k, x).vectorize(k, 2)",
       [](Example& e) { e.sum.compute_root().update(0).atomic().reorder(e.r.z, e.x).vectorize(e.r.z, 2); }},
      {"unscheduled", "sum.compute_root().vectorize(x, 4).update(0).unscheduled()",
       [](Example& e) { e.sum.compute_root().vectorize(e.x, 4).update(0).unscheduled(); }},
      {"partition", "output.split(x, xo, xi, 5, GuardWithIf).partition(xo, Partition::Never)",
       [](Example& e) { e.output.split(e.x, xo, xi, 5, TailStrategy::GuardWithIf).partition(xo, Partition::Never); }},
      {"prefetch_input", "output.prefetch(input, y, y, 2, Clamp)",
       [](Example& e) { e.output.prefetch(e.image, e.y, e.y, 2, PrefetchBoundStrategy::Clamp); }},
      {"prefetch_func", "scaled.compute_root()\noutput.prefetch(scaled, y, c)",
       [](Example& e) {
         e.scaled.compute_root();
         e.output.prefetch(e.scaled, e.y, e.c);
       }},
      {"specialize",
       "output.specialize(extent(output, x) == 24 && extent(input, y) > 3).vectorize(x, 8)\noutput.parallel(c)",
       [](Example& e) {
         e.output.specialize(e.output.output_buffer().dim(0).extent() == 24 && e.image.dim(1).extent() > 3)
             .vectorize(e.x, 8);
         e.output.parallel(e.c);
       }},
      {"specialize_fail", "output.specialize(extent(output, c) <= 4).vectorize(x, 8)\noutput.specialize_fail(\"no\")",
       [](Example& e) {
         e.output.specialize(e.output.output_buffer().dim(2).extent() <= 4).vectorize(e.x, 8);
         e.output.specialize_fail("no");
       }},
  };
}

std::vector<Case> placing_cases() {
  return {
      {"compute_root", "sum.compute_root()", [](Example& e) { e.sum.compute_root(); }},
      {"compute_at", "sum.compute_at(output, y)", [](Example& e) { e.sum.compute_at(e.output, e.y); }},
      {"compute_at_later_loop", "sum.compute_at(output, xo).unroll(x)\noutput.split(x, xo, xi, 4)",
       [](Example& e) {
         e.output.split(e.x, xo, xi, 4);
         e.sum.compute_at(e.output, xo).unroll(e.x);
       }},
      {"compute_at_update", "sum.compute_root()\ninput.in(sum).compute_at(sum.update(0), k)",
       [](Example& e) {
         e.sum.compute_root();
         e.input.in(e.sum).compute_at(e.sum, e.r.z);
       }},
      {"compute_at_outermost", "sum.compute_at(output, outermost)",
       [](Example& e) { e.sum.compute_at(e.output, Var::outermost()); }},
      {"compute_inline", "scaled.compute_root().compute_inline()", [](Example& e) { e.scaled.compute_inline(); }},
      {"compute_with", "sum.compute_root()\nscaled.compute_root().compute_with(sum, y, AlignStart)",
       [](Example& e) {
         e.sum.compute_root();
         e.scaled.compute_root().compute_with(e.sum, e.y, LoopAlignStrategy::AlignStart);
       }},
      {"store_at", "sum.compute_at(output, x).store_at(output, y)",
       [](Example& e) { e.sum.compute_at(e.output, e.x).store_at(e.output, e.y); }},
      {"store_root", "sum.compute_at(output, y).store_root()",
       [](Example& e) { e.sum.compute_at(e.output, e.y).store_root(); }},
      {"store_in", "sum.compute_at(output, y).store_in(MemoryType::Heap)",
       [](Example& e) { e.sum.compute_at(e.output, e.y).store_in(MemoryType::Heap); }},
      {"hoist_storage", "sum.compute_at(output, x).hoist_storage(output, c)",
       [](Example& e) { e.sum.compute_at(e.output, e.x).hoist_storage(e.output, e.c); }},
      {"hoist_storage_root", "sum.compute_at(output, x).hoist_storage_root()",
       [](Example& e) { e.sum.compute_at(e.output, e.x).hoist_storage_root(); }},
      {"reorder_storage", "sum.compute_root().reorder_storage(c, y, x)",
       [](Example& e) { e.sum.compute_root().reorder_storage(e.c, e.y, e.x); }},
      {"align_storage", "sum.compute_root().align_storage(x, 32)",
       [](Example& e) { e.sum.compute_root().align_storage(e.x, 32); }},
      {"bound", "output.bound(c, 0, 4).unroll(c)", [](Example& e) { e.output.bound(e.c, 0, 4).unroll(e.c); }},
      {"align_bounds", "sum.compute_root().align_bounds(y, 4, 1)",
       [](Example& e) { e.sum.compute_root().align_bounds(e.y, 4, 1); }},
      {"align_bounds_short", "sum.compute_root().align_bounds(y, 4)",
       [](Example& e) { e.sum.compute_root().align_bounds(e.y, 4); }},
  };
}

std::vector<Case> func_cases() {
  return {
      {"in", "sum.compute_root()\ninput.in(sum).compute_at(sum, y)\ninput.in(sum).vectorize(x, 4)",
       [](Example& e) {
         e.sum.compute_root();
         e.input.in(e.sum).compute_at(e.sum, e.y).vectorize(e.x, 4);
       }},
      {"in_all", "input.in().compute_root() as staged\nstaged.reorder(c, y, x)",
       [](Example& e) { e.input.in().compute_root().reorder(e.c, e.y, e.x); }},
      {"in_two", "input.in(sum, scaled).compute_root()",
       [](Example& e) {
         e.input.in(std::vector<Func>{e.sum, e.scaled}).compute_root();
       }},
      {"in_wrapper", "sum.compute_root()\ninput.in(sum).in(sum).compute_at(sum, y)\ninput.in(sum).compute_root()",
       [](Example& e) {
         e.sum.compute_root();
         e.input.in(e.sum).in(e.sum).compute_at(e.sum, e.y);
         e.input.in(e.sum).compute_root();
       }},
      {"clone_in", "scaled.clone_in(output).compute_root() as copy\ncopy.vectorize(x, 4)",
       [](Example& e) { e.scaled.clone_in(e.output).compute_root().vectorize(e.x, 4); }},
      {"rfactor",
       "sum.compute_root()\nsum.update(0).rfactor(k, u).compute_root().update(0).parallel(u)\nsum_intm.vectorize(x, 8)",
       [](Example& e) {
         e.sum.compute_root();
         Func partial = e.sum.update(0).rfactor(e.r.z, u);
         partial.compute_root().vectorize(e.x, 8).update(0).parallel(u);
       }},
      {"rfactor_two",
       "sum.compute_root()\nsum.update(0).split(k, ko, ki, 2).rfactor(kx, u, ko, v) as partial\n"
       "partial.compute_at(sum, y).update(0).reorder(u, v, ky, ki)\nsum.update(0).reorder(x, y, kx, ko)",
       [](Example& e) {
         e.sum.compute_root();
         Func partial = e.sum.update(0).split(e.r.z, ko, ki, 2).rfactor({{e.r.x, u}, {ko, v}});
         partial.compute_at(e.sum, e.y).update(0).reorder(u, v, e.r.y, ki);
         e.sum.update(0).reorder(e.x, e.y, e.r.x, ko);
       }},
  };
}

std::vector<Case> gpu_cases() {
  const Var bx("bx"), by("by"), bz("bz"), tx("tx"), ty("ty"), tz("tz");
  return {
      {"gpu_blocks", "output.gpu_blocks(c).gpu_threads(x, y)",
       [](Example& e) { e.output.gpu_blocks(e.c).gpu_threads(e.x, e.y); }},
      {"gpu_blocks_three", "output.split(x, xo, xi, 8).reorder(xi, xo, y, c).gpu_blocks(xo, y, c).gpu_threads(xi)",
       [](Example& e) {
         e.output.split(e.x, xo, xi, 8).reorder(xi, xo, e.y, e.c).gpu_blocks(xo, e.y, e.c).gpu_threads(xi);
       }},
      {"gpu_lanes", "output.gpu_blocks(y, c).split(x, xo, xi, 32, GuardWithIf).gpu_lanes(xi)",
       [](Example& e) {
         e.output.gpu_blocks(e.y, e.c).split(e.x, xo, xi, 32, TailStrategy::GuardWithIf).gpu_lanes(xi);
       }},
      {"gpu_tile", "output.gpu_tile(x, bx, tx, 8)", [=](Example& e) { e.output.gpu_tile(e.x, bx, tx, 8); }},
      {"gpu_tile_short", "output.gpu_tile(x, tx, 7, GuardWithIf)",
       [=](Example& e) { e.output.gpu_tile(e.x, tx, 7, TailStrategy::GuardWithIf); }},
      {"gpu_tile_two", "output.gpu_tile(x, y, bx, by, tx, ty, 8, 2)",
       [=](Example& e) { e.output.gpu_tile(e.x, e.y, bx, by, tx, ty, 8, 2); }},
      {"gpu_tile_two_short", "output.gpu_tile(x, y, tx, ty, 8, 2)",
       [=](Example& e) { e.output.gpu_tile(e.x, e.y, tx, ty, 8, 2); }},
      // How many c there are is known only at the call, so that there may be none to shift inwards to.
      {"gpu_tile_three", "output.gpu_tile(x, y, c, bx, by, bz, tx, ty, tz, 8, 2, 2)",
       [=](Example& e) {
         e.output.gpu_tile(e.x, e.y, e.c, bx, by, bz, tx, ty, tz, 8, 2, 2, TailStrategy::GuardWithIf);
       }},
      {"gpu_tile_three_short", "output.gpu_tile(x, y, c, tx, ty, tz, 8, 2, 2, Predicate)",
       [=](Example& e) { e.output.gpu_tile(e.x, e.y, e.c, tx, ty, tz, 8, 2, 2, TailStrategy::Predicate); }},
      {"gpu_single_thread", "scaled.compute_root().gpu_single_thread()",
       [](Example& e) { e.scaled.compute_root().gpu_single_thread(); }},
  };
}

class OnCpu : public testing::TestWithParam<Case> {};
class OnGpu : public testing::TestWithParam<Case> {};

TEST_P(OnCpu, DoesWhatCppDoesAndChangesNoResult) {
  Example plain, scheduled, in_cpp;
  apply_text(GetParam().text, scheduled.pipeline());
  GetParam().in_cpp(in_cpp);
  const Target target = get_host_target();
  EXPECT_EQ(scheduled.statement(target), in_cpp.statement(target));
  const Buffer<float> expected = plain.run(), found = scheduled.run();
  ASSERT_EQ(found.number_of_elements(), 24U * 10U * 4U);
  found.for_each_element([&](int i, int j, int k) { ASSERT_EQ(found(i, j, k), expected(i, j, k)); });
}

// Halide sorts a kernel's arguments by their names, some of which are a letter and a number that it counts up. Two
// kernels have the same order where all of these numbers have as many digits.
void count_names_up() {
  while (Halide::Internal::unique_name('t').size() < std::string("t1000").size()) continue;
}

TEST_P(OnGpu, DoesWhatCppDoes) {
  count_names_up();
  const Target target("x86-64-linux-cuda-cuda_capability_80");
  Example scheduled, in_cpp;
  apply_text(GetParam().text, scheduled.pipeline(), target);
  GetParam().in_cpp(in_cpp);
  EXPECT_EQ(scheduled.statement(target), in_cpp.statement(target));
}

const auto name_of = [](const testing::TestParamInfo<Case>& info) { return info.param.name; };
INSTANTIATE_TEST_SUITE_P(Loops, OnCpu, testing::ValuesIn(loop_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Iterations, OnCpu, testing::ValuesIn(iteration_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Placing, OnCpu, testing::ValuesIn(placing_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Funcs, OnCpu, testing::ValuesIn(func_cases()), name_of);
INSTANTIATE_TEST_SUITE_P(Gpu, OnGpu, testing::ValuesIn(gpu_cases()), name_of);

TEST(Apply, EveryDirectiveHasACase) {
  std::string all;
  for (const auto& cases : {loop_cases(), iteration_cases(), placing_cases(), func_cases(), gpu_cases()}) {
    for (const Case& each : cases) all += each.text;
  }
  for (const Directive& directive : directives()) {
    EXPECT_NE(all.find("." + directive.name + "("), std::string::npos) << directive.name;
  }
}

}  // namespace
}  // namespace nestwright::dsl
