#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/kernel_call/verification.h"
#include "support/error.h"
#include "tools/workbench/autoscheduler.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/fit_schedule.h"
#include "tools/workbench/import_schedule.h"

namespace nestwright::workbench {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Imported {
  const char* op;
  const char* autoscheduler;
};

class Import : public ::testing::TestWithParam<Imported> {};

// Legal and right at every shape that `check` takes, not only at the one that it was made for.
TEST_P(Import, GivesRightResultsAsANestFile) {
  const auto& [op, autoscheduler] = GetParam();
  const std::vector<Use> uses = find_uses(op, {});
  const std::string text = imported_schedule(autoscheduler, largest_use(uses), uses, "", 64);
  EXPECT_THAT(text, HasSubstr("compute_"));  // it schedules something
  const ScheduleSource source = {.file = autoscheduler, .text = text, .parameters = {}};
  for (const Use& use : uses) {
    require_legal(source, use, Halide::get_host_target());
    const reference::Comparison comparison = verify(compile(source, use));
    EXPECT_TRUE(comparison.is_right()) << comparison.complaint << "\n" << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Import,
                         ::testing::Values(Imported{"conv2d", "adams2019"}, Imported{"conv2d", "mullapudi2016"},
                                           Imported{"conv2d", "li2018"}, Imported{"max_pool2d", "adams2019"},
                                           Imported{"max_pool2d", "mullapudi2016"}, Imported{"max_pool2d", "li2018"},
                                           Imported{"linear", "li2018"}, Imported{"linear", "adams2019"},
                                           Imported{"sgd", "adams2019"}, Imported{"sgd", "mullapudi2016"},
                                           Imported{"sgd", "li2018"}, Imported{"nchw_to_blocks", "adams2019"},
                                           Imported{"nchw_to_blocks", "li2018"},
                                           Imported{"softmax_cross_entropy", "mullapudi2016"}),
                         [](const auto& info) { return std::string(info.param.op) + "_" + info.param.autoscheduler; });

TEST(Import, GuardsWhatGoesBeyondALoopAndSaysSo) {
  const std::string text = fitted_schedule("someone's",
                                           "schedule max_pool2d for cpu\npool.compute_root().parallel(c, 4, RoundUp)\n"
                                           "pool.update(0).parallel(c, 4, GuardWithIf)\n",
                                           find_uses("max_pool2d", {}));
  EXPECT_THAT(text,
              HasSubstr("# Changed: it was parallel(c, 4, RoundUp), which goes beyond the end of its loop in some "
                        "calls.\npool.compute_root().parallel(c, 4, TailStrategy::GuardWithIf)\n"
                        "pool.update(0).parallel(c, 4, GuardWithIf)"));
}

TEST(Import, LetsSumsBeAddedUpInTheOrderThatTheScheduleHas) {
  const std::string text = fitted_schedule(
      "someone's", "schedule linear for cpu\nsum.compute_root()\nsum.update(0).split(k, ko, ki, 4).reorder(ko, ki)\n",
      find_uses("linear", {}));
  EXPECT_THAT(text, HasSubstr("# Changed: atomic() allows the order in which the sum is added up.\n"
                              "sum.update(0).atomic().split(k, ko, ki, 4).reorder(ko, ki)"));
}

TEST(Import, BlamesNoFileWhereNoGuardHelps) {
  try {
    fitted_schedule("someone's", "schedule linear for cpu\nsum.compute_root().bound(o, 0, 4096)\n",
                    find_uses("linear", {}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                StartsWith("someone's: what it makes of linear is not legal, and no guard lets it be: Halide "
                           "refuses bound(o, 0, 4096) of `sum`: "));
    EXPECT_THAT(error.what(), EndsWith("; try another autoscheduler, or one shape alone (--shape)"));
  }
}

TEST(Import, TranslatesNamesOfFuncsAndReductions) {
  const Use use = largest_use(find_uses("conv2d", {}));
  const BoundAlgorithm bound = bind_algorithm(use.op, "", use.shape);
  const PipelineNames names = names_of(bound);
  const auto index = static_cast<std::size_t>(std::ranges::find(names.funcs, bound.algorithm.funcs.at("conv").name()) -
                                              names.funcs.begin());
  ASSERT_LT(index, names.funcs.size());
  const std::string text =
      import_schedule("Func conv_9 = pipeline.get_func(" + std::to_string(index) +
                          ");\nRVar r_z(conv_9.update(0).get_schedule().dims()[2].var);\nVar xi(\"xi\");\n"
                          "conv_9.update(0)\n    .reorder({r_z, x});\nbias_1\n    .compute_root();\n",
                      names, bound);
  EXPECT_THAT(text, HasSubstr("conv.update(0).reorder(ci, x)"));
  EXPECT_THAT(text, HasSubstr("# Left out: copies of bias_1"));
}

TEST(Import, SaysWhyAnAutoschedulerCannotRun) {
  const Use use = largest_use(find_uses("relu", {}));
  const auto message = [&](const std::string& name) -> std::string {
    try {
      autoschedule(name, use, "", 64);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message("adams"), HasSubstr("there are adams2019, mullapudi2016, li2018, anderson2021"));
  if (!Halide::get_host_target().has_gpu_feature()) {
    EXPECT_EQ(message("anderson2021"), "anderson2021: schedules for GPUs only; this machine's target has none");
  }
}

}  // namespace
}  // namespace nestwright::workbench
