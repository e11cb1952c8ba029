#include "dsl/check.h"

#include <gtest/gtest.h>

#include "dsl/directives.h"
#include "dsl/parse.h"
#include "dsl/print.h"
#include "support/error.h"

namespace nestwright::dsl {
namespace {

const Halide::Target avx2("x86-64-linux-avx2-fma");

CheckedSchedule checked(const std::string& body, const Halide::Target& target = avx2,
                        const std::map<std::string, int>& parameters = {}) {
  return check(parse("schedule conv2d for cpu\n" + body, "a.nest"), target, parameters);
}

std::string refusal(const std::string& body, const std::map<std::string, int>& parameters = {}) {
  try {
    checked(body, avx2, parameters);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// The first line, of which the rest is tested with the parser.
std::string complaint(const std::string& body, const std::map<std::string, int>& parameters = {}) {
  const std::string message = refusal(body, parameters);
  return message.substr(0, message.find('\n'));
}

TEST(Check, TheMostSpecificTargetsDefaultCounts) {
  const std::string tune = "tune a in {1, 2, 3, 4, 5, 6} = 1, cuda = 6, avx2 = 3, sse41 = 2, avx512 = 4";
  const auto value_for = [&](const std::string& target) {
    return checked(tune, Halide::Target(target)).values.at("a");
  };
  EXPECT_EQ(value_for("x86-64-linux"), 1);
  EXPECT_EQ(value_for("x86-64-linux-sse41"), 2);
  EXPECT_EQ(value_for("x86-64-linux-avx"), 2);
  EXPECT_EQ(value_for("x86-64-linux-avx2-sse41"), 3);
  EXPECT_EQ(value_for("x86-64-linux-avx512_skylake"), 4);
  EXPECT_EQ(value_for("x86-64-linux-avx512_skylake-cuda"), 6);
  EXPECT_EQ(value_for("arm-64-linux"), 1);
}

TEST(Check, ParametersReplaceDefaults) {
  EXPECT_EQ(checked("tune a in {1, 2} = 1, avx2 = 1", avx2, {{"a", 2}}).values.at("a"), 2);
  EXPECT_EQ(refusal("tune c_tile in {1, 2} = 1", {{"ctile", 2}}),
            "a.nest: no parameter `ctile`; did you mean `c_tile`?");
  EXPECT_EQ(refusal("", {{"ctile", 2}}), "a.nest: no parameter `ctile`; it has none");
  EXPECT_EQ(complaint("tune a in {1, 2} = 1", {{"a", 3}}),
            "a.nest:2:6: 3 is no candidate of `a`; expected one of 1, 2");
}

TEST(Check, DefaultsAreCandidates) {
  EXPECT_EQ(complaint("tune a in {1, 2} = 3"), "a.nest:2:20: 3 is no candidate of `a`; expected one of 1, 2");
  EXPECT_EQ(complaint("tune a in {1, 2} = 2, avx2 = 4"), "a.nest:2:23: 4 is no candidate of `a`; expected one of 1, 2");
  EXPECT_EQ(complaint("tune a in {1, 2} = 2, avx3 = 2"), "a.nest:2:23: no target `avx3`; did you mean `avx`?");
  EXPECT_EQ(complaint("tune a in {1} = 1\ntune a in {1} = 1"), "a.nest:3:6: the parameter `a` is there twice");
}

TEST(Check, RequirementsHold) {
  const std::string text = "tune a in {2, 4} = 2\ntune b in {3, 4} = 3\nrequire a * b <= 12 && (b - a) % 5 == 1";
  EXPECT_NO_THROW(checked(text));
  EXPECT_EQ(refusal(text, {{"b", 4}}),
            "a.nest:4:9: `a * b <= 12 && (b - a) % 5 == 1` does not hold for a = 2, b = 4\n"
            "require a * b <= 12 && (b - a) % 5 == 1\n"
            "        ^");
  EXPECT_NO_THROW(checked("require -7 / 2 == -4 && -7 % 2 == 1 && !(1 > 2) && (0 || 3)"));
  EXPECT_EQ(complaint("require 1 / (2 - 2) == 1"), "a.nest:2:9: `1 / (2 - 2)` divides by zero");
  EXPECT_EQ(complaint("tune tile in {1} = 1\nrequire tile + tyle"),
            "a.nest:3:16: no parameter `tyle`; did you mean `tile`?");
  EXPECT_EQ(complaint("require 2147483647 * 2147483647 * 2147483647 > 0"),
            "a.nest:2:9: `2147483647 * 2147483647 * 2147483647` overflows");
  EXPECT_EQ(complaint("require \"a\" == 1"), "a.nest:2:9: `\"a\"` is not a number; expected numbers and parameters");
  const Schedule schedule = parse("schedule conv2d for cpu\n" + text, "a.nest");
  EXPECT_TRUE(fulfils_requirements(schedule, {{"a", 2}, {"b", 3}}));
  EXPECT_FALSE(fulfils_requirements(schedule, {{"a", 4}, {"b", 4}}));
}

TEST(Check, ParametersBecomeNumbers) {
  const CheckedSchedule schedule = checked(
      "tune a in {2} = 2\nf.split(x, xo, xi, a * 4, GuardWithIf).compute_at(g.update(a - 1), x)"
      ".specialize(extent(g, x) == a)");
  EXPECT_EQ(print(schedule.schedule),
            "schedule conv2d for cpu\n"
            "tune a in {2} = 2\n"
            "f.split(x, xo, xi, 8, TailStrategy::GuardWithIf)\n"
            "    .compute_at(g.update(1), x)\n"
            "    .specialize(extent(g, x) == 2)\n");
}

TEST(Check, UnknownDirectives) {
  EXPECT_EQ(refusal("conv.unrol(x)"),
            "a.nest:2:6: no directive `unrol`; did you mean `unroll`?\nconv.unrol(x)\n     ^");
  // It may change results.
  EXPECT_TRUE(
      complaint("conv.allow_race_conditions()").starts_with("a.nest:2:6: no directive `allow_race_conditions`"));
}

TEST(Check, NumbersAndKindsOfArguments) {
  EXPECT_EQ(complaint("f.split(x, xo, xi)"),
            "a.nest:2:3: split does not take 3 arguments; it is split(loop, new, new, size[, TailStrategy])");
  EXPECT_EQ(complaint("f.vectorize()"),
            "a.nest:2:3: vectorize does not take 0 arguments; it is vectorize(loop) or "
            "vectorize(loop, size[, TailStrategy])");
  EXPECT_EQ(complaint("f.reorder(x)"), "a.nest:2:3: reorder does not take 1 argument; it is reorder(loop, loop, ...)");
  EXPECT_EQ(complaint("tune tile in {1} = 1\nf.split(x, xo, xi, tyle)"),
            "a.nest:3:20: split takes a whole number from 1 on here, and there is no parameter `tyle`; did you mean "
            "`tile`?");
  EXPECT_EQ(complaint("f.split(x, xo, 4, 4)"), "a.nest:2:16: split takes a name for a new loop here; `4` is none");
  EXPECT_EQ(complaint("tune t in {1} = 1\nf.unroll(t)"),
            "a.nest:3:10: unroll takes a loop's name here; `t` is a parameter");
  EXPECT_EQ(complaint("tune t in {1} = 1\nt.unroll(x)"), "a.nest:3:1: `t` is a parameter; expected a Func");
  EXPECT_EQ(complaint("f.split(x, xo, xi, 4, GuardWithIff)"),
            "a.nest:2:23: no TailStrategy `GuardWithIff`; did you mean `GuardWithIf`?");
  EXPECT_EQ(complaint("f.store_in(VTCM)"),
            "a.nest:2:12: no MemoryType `VTCM`; there are: Auto, Heap, Stack, Register, GPUShared");
  for (const char* const texture : {"GPUTexture", "MemoryType::GPUTexture"}) {
    EXPECT_EQ(complaint(std::string("f.store_in(") + texture + ")"),
              "a.nest:2:12: GPUTexture can't be compiled: Halide has no textures for processors, nor for CUDA; there "
              "are: Auto, Heap, Stack, Register, GPUShared");
  }
  EXPECT_EQ(complaint("f.split(x, xo, xi, 4, MemoryType::Heap)"),
            "a.nest:2:23: split takes a TailStrategy here; `MemoryType::Heap` is none");
  EXPECT_EQ(complaint("f.split(x, xo, xi, 2 - 2)"),
            "a.nest:2:20: split takes a whole number from 1 to 16777216 here, and 2 - 2 is 0");
  EXPECT_EQ(
      complaint("f.bound(x, 2147483647 + 1, 4)"),
      "a.nest:2:12: bound takes a whole number from -16777216 to 16777216 here, and 2147483647 + 1 is 2147483648");
  EXPECT_EQ(complaint("f.update(-1)"),
            "a.nest:2:10: update takes a whole number from 0 to 16777216 here, and -1 is none of them");
  EXPECT_EQ(complaint("f.compute_at(4, x)"),
            "a.nest:2:14: compute_at takes a Func or one of its updates here; `4` is none");
  EXPECT_EQ(complaint("f.specialize_fail(x)"), "a.nest:2:19: specialize_fail takes a string here; `x` is none");
  EXPECT_EQ(complaint("f.split(x, _o, xi, 4)"),
            "a.nest:2:12: `_o` can't name a new loop: names with '$', names that begin with '_', and `outermost` are "
            "taken");
}

TEST(Check, DirectivesStandWhereTheyApply) {
  EXPECT_EQ(complaint("f.update(0).compute_root()"),
            "a.nest:2:13: compute_root applies to a whole Func, and can't follow update; begin a new statement");
  EXPECT_EQ(complaint("f.specialize(1 == 1).update(0)"),
            "a.nest:2:22: update applies to a whole Func, and can't follow specialize; begin a new statement");
  EXPECT_EQ(complaint("f.rfactor(k, u)"), "a.nest:2:3: rfactor applies to an update; write .update(0).rfactor(...)");
  EXPECT_EQ(complaint("f.unroll(x) as g"),
            "a.nest:2:16: `as g` names a new Func; the statement has to end on one, made by in, clone_in or rfactor");
  EXPECT_NO_THROW(checked("f.update(0).rfactor(k, u).compute_root().update(0).unroll(u)"));
}

TEST(Check, GpuSchedulesNeedAGpu) {
  const Schedule schedule = parse("schedule conv2d for gpu", "a.nest");
  EXPECT_NO_THROW(check(schedule, Halide::Target("x86-64-linux-cuda")));
  try {
    check(schedule, avx2);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "a.nest:1:21: this schedule is for a GPU; the target x86-64-linux-avx2-fma has none\n"
                 "schedule conv2d for gpu\n"
                 "                    ^");
  }
}

TEST(Check, EveryDirectiveSaysWhatItDoes) {
  std::set<std::string> names;
  for (const Directive& directive : directives()) {
    EXPECT_TRUE(names.insert(directive.name).second) << directive.name;
    EXPECT_FALSE(directive.summary.empty()) << directive.name;
    EXPECT_FALSE(directive.forms.empty()) << directive.name;
    EXPECT_EQ(find_directive(directive.name)->summary, directive.summary);
  }
  EXPECT_EQ(find_directive("nothing"), nullptr);
  EXPECT_EQ(usage(*find_directive("prefetch")), "prefetch(Func, loop, loop[, number][, PrefetchBoundStrategy])");
}

}  // namespace
}  // namespace nestwright::dsl
