#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dsl/directives.h"
#include "tests/train/program.h"

namespace nestwright {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Help, ListsEveryDirectiveOnALine) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"help"}, {"help", "directives"}}) {
    const ProgramResult result = run_program(arguments);
    EXPECT_EQ(result.status, 0) << result.err;
    const std::vector<std::string> lines = lines_of(result.out);
    ASSERT_GE(lines.size(), dsl::directives().size());
    for (std::size_t i = 0; i < dsl::directives().size(); ++i) {
      const dsl::Directive& directive = dsl::directives()[i];
      EXPECT_THAT(lines[i], AllOf(StartsWith(directive.name + " "), HasSubstr(directive.summary)));
    }
  }
}

TEST(Help, SaysAllAboutOneDirective) {
  const ProgramResult result = run_program({"help", "split"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, HasSubstr("    split(loop, new, new, size[, TailStrategy])\n"));
  EXPECT_THAT(result.out, HasSubstr("- `TailStrategy`: one of Auto, GuardWithIf, "));
  EXPECT_THAT(result.out, HasSubstr("**Legal:** "));
  EXPECT_THAT(result.out, HasSubstr("**Good for:** "));
  EXPECT_THAT(result.out, HasSubstr("    output.split(co, co_outer, co_inner, 4)\n"));
  const std::size_t before = result.out.find("Loops before:"), after = result.out.find("Loops after:");
  ASSERT_LT(before, after);
  ASSERT_NE(after, std::string::npos);
  EXPECT_THAT(result.out.substr(before, after - before), HasSubstr("for co in [0, 15]:"));
  EXPECT_THAT(result.out.substr(after),
              AllOf(HasSubstr("for co_outer in [0, 3]:"), HasSubstr("for co_inner in [0, 3]:")));
}

// Halide warns, for one, of compute_at's example, which schedules a Func and not its update.
TEST(Help, SaysNothingOnStandardError) {
  EXPECT_EQ(run_program({"help", "compute_at"}).err, "");
  EXPECT_EQ(run_program({"help", "--markdown"}).err, "");
}

TEST(Help, NamesTheNearestDirective) {
  const ProgramResult result = run_program({"help", "vectorise"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(lines_of(result.err), ElementsAre("help: no directive `vectorise`; did you mean `vectorize`?"));
}

// Where this fails: ./nestwright help --markdown > docs/directives.md
TEST(Help, ThePageInTheRepositoryIsWhatTheProgramSays) {
  const ProgramResult result = run_program({"help", "--markdown"});
  EXPECT_EQ(result.status, 0) << result.err;
  const Bytes page = read_bytes(NESTWRIGHT_DIRECTIVES_PAGE);
  const std::vector<std::string> committed = lines_of({page.begin(), page.end()}), said = lines_of(result.out);
  for (std::size_t i = 0; i < std::min(committed.size(), said.size()); ++i) {
    ASSERT_EQ(committed[i], said[i]) << "docs/directives.md:" << i + 1 << " is stale; it comes from help --markdown";
  }
  EXPECT_EQ(committed.size(), said.size()) << "docs/directives.md is stale; it comes from help --markdown";
}

}  // namespace
}  // namespace nestwright
