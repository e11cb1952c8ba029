// What the workbench does where its streams go nowhere.
#include <gtest/gtest.h>

#include "tests/support/files.h"
#include "tests/support/program_streams.h"

namespace nestwright {
namespace {

class WorkbenchStreams : public ::testing::TestWithParam<const char*> {};

TEST_P(WorkbenchStreams, OutputMayGoNowhere) { expect_ends_well_where_output_goes_nowhere(GetParam()); }

INSTANTIATE_TEST_SUITE_P(All, WorkbenchStreams,
                         ::testing::Values("ops", "schedules relu", "check relu/cpu", "check --json relu/cpu", "help",
                                           "help compute_at", "watch relu/cpu --once", "--help",
                                           "explain relu/cpu --json", "explain relu/cpu"));

TEST(WorkbenchRefusals, EndWithStatusOneAndOneLine) {
  expect_refusal_whatever_standard_error_is("ops no_such_operator");
  expect_refusal_whatever_standard_error_is("explain $'no\\n\\e[31mfile\\x7f\\xff.nest'");
  expect_refusal_whatever_standard_error_is("ops $(printf 'x%.0s' {1..4000})");
  expect_refusal_whatever_standard_error_is("tune linear --records $'no\\nfolder/r'");
  expect_refusal_whatever_standard_error_is("no_such_command$'\\e'");
}

// A schedule whose line is long, or has control characters: the message shows a part of it.
TEST(WorkbenchRefusals, QuoteAPartOfALine) {
  const TemporaryFolder folder;
  const std::string file = (folder / "a.nest").string();
  const std::string x = std::string(100000, 'x');
  for (const std::string& line : {"output." + x + "()", "output.unroll(" + x + ")", x + ".unroll(lane)",
                                  "output.unroll(lane)   # \x1b[31m" + x + "\noutput.unrol(lane) # " + x,
                                  "output.unroll(lane, " + std::string(100000, '9') + ")"}) {
    const std::string text = "schedule relu for cpu\n" + line + "\n";
    write_bytes(file, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    const ShellResult result = run_shell(quoted(NESTWRIGHT_PROGRAM) + " check " + quoted(file));
    EXPECT_EQ(result.status, 1);
    EXPECT_LT(result.said.size(), 1500U);
    EXPECT_EQ(result.said.find('\x1b'), std::string::npos);
    EXPECT_EQ(std::ranges::count(result.said, '\n'), 3) << result.said;
  }
}

}  // namespace
}  // namespace nestwright
