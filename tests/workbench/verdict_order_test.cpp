// What `nestwright check` says of a schedule is the same whatever was checked before it in the process.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/train/program.h"

namespace nestwright {
namespace {

// Schedules whose loops have the names that Halide gives to Funcs and loops that nobody names.
std::map<std::string, std::string> named_as_halide_names() {
  std::map<std::string, std::string> texts;
  for (int number = 0; number < 10; number += 2) {
    for (const std::string letter : {"v", "t", "r", "f"}) {
      const std::string loop = fmt::format("{}{}", letter, number);
      texts[loop] = fmt::format(
          "schedule linear for cpu\n"
          "output.split(lane, {0}, inner, 8).fuse({0}, o, {0}).parallel({0}, 7).vectorize(inner)\n"
          "sum.compute_root().parallel(o, 3).vectorize(lane, 8)\n"
          "sum.update(0).split(k, {0}, ki, 2).unroll(ki).vectorize(lane, 8)\n",
          loop);
    }
  }
  return texts;
}

class VerdictOrderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [name, text] : named_as_halide_names()) write(name, text);
    std::ifstream corpus(NESTWRIGHT_VERDICTS_FILE);
    int number = 0;
    for (std::string line; std::getline(corpus, line);) {
      const std::size_t first = line.find(" | "), second = line.find(" | ", first + 1), space = line.find(' ');
      if (line.starts_with('#') || ++number % 12 != 0) continue;
      write(fmt::format("corpus{}", number),
            fmt::format("schedule {} using {} for any\n{}\n", line.substr(0, space),
                        line.substr(space + 1, first - space - 1), line.substr(second + 3)));
    }
    std::vector<std::string> shipped;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(NESTWRIGHT_SCHEDULES_FOLDER)) {
      if (entry.path().extension() == ".nest") shipped.push_back(entry.path().string());
    }
    std::ranges::sort(shipped);
    // An operator has three at least, one for each device: every fourth is of every device.
    for (std::size_t i = 0; i < shipped.size(); i += 4) files_.push_back(shipped[i]);
    std::ranges::sort(files_);
  }

  void write(const std::string& name, const std::string& text) {
    const std::filesystem::path file = folder_ / (name + ".nest");
    write_bytes(file, Bytes(text.begin(), text.end()));
    files_.push_back(file.string());
  }

  // What one process says of the files, one after another.
  static std::map<std::string, std::string> verdicts_on(const std::vector<std::string>& files) {
    std::vector<std::string> arguments = {"check", "--json", "--no-hints"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    std::map<std::string, std::string> verdicts;
    for (const nlohmann::json& verdict : nlohmann::json::parse(run_program(arguments).out)) {
      verdicts[verdict["file"]] = verdict["complaint"].get<std::string>() + verdict["notes"].dump();
    }
    return verdicts;
  }

  TemporaryFolder folder_;
  std::vector<std::string> files_;
};

TEST_F(VerdictOrderTest, ChangesNoVerdictAndNoWord) {
  const std::map<std::string, std::string> verdicts = verdicts_on(files_);
  ASSERT_EQ(verdicts.size(), files_.size());
  std::vector<std::string> order = files_;
  std::ranges::shuffle(order, std::mt19937(7));
  for (const auto& [file, verdict] : verdicts_on(order)) EXPECT_EQ(verdict, verdicts.at(file)) << file;
  // Alone in a process; all of them would take long.
  for (std::size_t i = 0; i < order.size(); i += 20) {
    EXPECT_EQ(verdicts_on({order[i]}).at(order[i]), verdicts.at(order[i])) << order[i];
  }
  for (const auto& [name, text] : named_as_halide_names()) {
    EXPECT_EQ(verdicts.at((folder_ / (name + ".nest")).string()), "[]") << text;
  }
}

}  // namespace
}  // namespace nestwright
