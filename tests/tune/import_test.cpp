#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "generators/kernel_call/verification.h"
#include "support/error.h"
#include "tools/workbench/autoscheduler.h"
#include "tools/workbench/compile.h"
#include "tools/workbench/import_schedule.h"

namespace nestwright::workbench {
namespace {

using ::testing::HasSubstr;

struct Imported {
  const char* op;
  const char* autoscheduler;
};

class Import : public ::testing::TestWithParam<Imported> {};

TEST_P(Import, GivesRightResultsAsANestFile) {
  const auto& [op, autoscheduler] = GetParam();
  const Use use = largest_use(find_uses(op, {}));
  const std::string text = imported_schedule(autoscheduler, use, "", 64);
  EXPECT_THAT(text, HasSubstr("compute_"));  // it schedules something
  const reference::Comparison comparison =
      verify(compile({.file = autoscheduler, .text = text, .parameters = {}}, use));
  EXPECT_TRUE(comparison.is_right()) << comparison.complaint << "\n" << text;
}

INSTANTIATE_TEST_SUITE_P(Each, Import,
                         ::testing::Values(Imported{"conv2d", "adams2019"}, Imported{"conv2d", "mullapudi2016"},
                                           Imported{"conv2d", "li2018"}, Imported{"max_pool2d", "adams2019"},
                                           Imported{"max_pool2d", "mullapudi2016"}, Imported{"linear", "li2018"},
                                           Imported{"softmax_cross_entropy", "mullapudi2016"}),
                         [](const auto& info) { return std::string(info.param.op) + "_" + info.param.autoscheduler; });

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
