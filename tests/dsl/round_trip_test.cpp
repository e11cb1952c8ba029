#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "dsl/parse.h"
#include "dsl/print.h"
#include "schedule_generator.h"

namespace nestwright::dsl {

void showValue(const Schedule& schedule, std::ostream& stream) { stream << '\n' << print(schedule); }

namespace {

RC_GTEST_PROP(RoundTrip, WhatIsPrintedReadsAsTheSame, ()) {
  const Schedule schedule = *any_schedule();
  const std::string text = print(schedule);
  RC_ASSERT(parse(text, "printed.nest") == schedule);
  RC_ASSERT(print(parse(text, "printed.nest")) == text);
}

TEST(RoundTrip, PrintsCanonicallyAndKeepsComments) {
  const Schedule schedule = parse(
      "\xef\xbb\xbf# what it is\r\n"
      "schedule  conv2d\tfor cpu#why\n\n\n"
      "tune c in{2,  -4}=2,avx2=-4 # lanes\n"
      "require (c*2)<=((8)) && !(c==3||c<1)\n"
      "  # the sum\n"
      "conv . split ( x , xo,xi , c*(2+1) - (3 - 1), TailStrategy :: GuardWithIf );output.compute_root();\n"
      "conv.update( 0 ) # first\n"
      "   .reorder(x,  # inner\n y) # second\n"
      "   # third\n"
      "   .unroll(x) as u # fourth\n"
      "conv.specialize_fail(\"a # \\\"b\\\" \\\\ c\")\n"
      "\n\n# end\n\n",
      "a.nest");
  EXPECT_EQ(print(schedule),
            "# what it is\n"
            "schedule conv2d for cpu  #why\n"
            "\n"
            "tune c in {2, -4} = 2, avx2 = -4  # lanes\n"
            "require c * 2 <= 8 && !(c == 3 || c < 1)\n"
            "# the sum\n"
            "conv.split(x, xo, xi, c * (2 + 1) - (3 - 1), TailStrategy::GuardWithIf)\n"
            "output.compute_root()\n"
            "conv.update(0)  # first\n"
            "    # inner\n"
            "    .reorder(x, y)  # second\n"
            "    # third\n"
            "    .unroll(x) as u  # fourth\n"
            "conv.specialize_fail(\"a # \\\"b\\\" \\\\ c\")\n"
            "\n"
            "# end\n");
  EXPECT_EQ(parse(print(schedule), "b.nest"), schedule);
}

TEST(RoundTrip, DifferentSchedulesAreNotEqual) {
  const auto read = [](const std::string& text) { return parse("schedule conv2d for cpu\n" + text, "a.nest"); };
  EXPECT_EQ(read("f.unroll(x)"), read("f\n.unroll( x )"));
  EXPECT_NE(read("f.unroll(x)"), read("f.unroll(y)"));
  EXPECT_NE(read("f.split(x, y, z, 1 - (2 - 3))"), read("f.split(x, y, z, 1 - 2 - 3)"));
  EXPECT_NE(parse("schedule conv2d for cpu", "a.nest"), parse("schedule conv2d using winograd for cpu", "a.nest"));
  EXPECT_NE(read("f.unroll(x)  # a"), read("f.unroll(x)  # b"));
  EXPECT_NE(read("tune a in {1, 2} = 1"), read("tune a in {1, 2} = 1, avx2 = 2"));
}

TEST(RoundTrip, LongStatementsBreakAtTheirDirectives) {
  const std::string text =
      "schedule conv2d for cpu\n"
      "a_long_name_of_a_func.reorder(first_loop, second_loop, third_loop, fourth_loop).vectorize(first_loop)"
      ".unroll(second_loop)\n";
  EXPECT_EQ(print(parse(text, "a.nest")),
            "schedule conv2d for cpu\n"
            "a_long_name_of_a_func.reorder(first_loop, second_loop, third_loop, fourth_loop)\n"
            "    .vectorize(first_loop)\n"
            "    .unroll(second_loop)\n");
}

}  // namespace
}  // namespace nestwright::dsl
