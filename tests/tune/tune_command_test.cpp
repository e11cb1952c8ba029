// The commands `tune` and the like, started as users start them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "generators/records/records.h"
#include "tests/support/files.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class TuneCommand : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  pid_t start(std::vector<std::string> command) const {
    std::vector<char*> pointers;
    for (std::string& word : command) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_addopen(&actions, stream, path(stream == STDOUT_FILENO ? "out" : "err").c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    }
    pid_t process = -1;
    EXPECT_EQ(posix_spawn(&process, pointers[0], &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return process;
  }
  static int status_of(pid_t process) {
    int state = 0;
    waitpid(process, &state, 0);
    return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
  }
  int run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), NESTWRIGHT_WORKBENCH);
    return status_of(start(arguments));
  }
  std::string out() const { return text_of(path("out")); }
  std::string err() const { return text_of(path("err")); }

  TemporaryFolder folder_;
  const std::string shape_ = "lanes=16,in_features=24,out_features=12";
};

TEST_F(TuneCommand, RecordsAWinnerThatTheGeneratorTakes) {
  ASSERT_EQ(run({"tune", "linear", "--shape", shape_, "--budget", "4s", "--records", path("r.jsonl"), "--json",
                 path("j.json"), "--out", path("w.nest")}),
            0)
      << err();
  EXPECT_THAT(out(), HasSubstr("side by side:"));
  const auto json = nlohmann::json::parse(text_of(path("j.json")));
  EXPECT_EQ(json.at("winner").at("operator"), "linear");
  EXPECT_EQ(json.at("side_by_side").at(1).at("name"), "shipped");
  EXPECT_THAT(text_of(path("w.nest")), HasSubstr("schedule linear for cpu"));

  const auto generate = [&](const std::string& target, const std::string& shape) {
    return status_of(start({NESTWRIGHT_GENERATOR, "-g", "kernel", "-f", "f", "-n", "f", "-o", folder_.path().string(),
                            "-e", "object", "target=" + target, "op=linear", "shape=" + shape,
                            std::string("schedule=") + NESTWRIGHT_SCHEDULES_FOLDER + "/linear/cpu.nest",
                            "records=" + path("r.jsonl")}));
  };
  ASSERT_EQ(generate("host-no_runtime-no_asserts", "lanes:16,in_features:24,out_features:12"), 0) << err();
  EXPECT_THAT(err(), HasSubstr("takes the record of " + path("r.jsonl") + " (tiled, "));
  ASSERT_EQ(generate("host-no_runtime", "lanes:16,in_features:24,out_features:14"), 0) << err();
  EXPECT_THAT(err(), HasSubstr("no record in"));
  EXPECT_THAT(err(), HasSubstr("takes " NESTWRIGHT_SCHEDULES_FOLDER "/linear/cpu.nest"));
}

TEST_F(TuneCommand, KeepsTheBestSoFarOnCtrlC) {
  const pid_t process = start(
      {NESTWRIGHT_WORKBENCH, "tune", "linear", "--shape", shape_, "--budget", "600s", "--records", path("r.jsonl")});
  // Waits until the first candidate was timed, which leaves a record.
  while (text_of(path("r.jsonl")).find('\n') == std::string::npos && waitpid(process, nullptr, WNOHANG) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(process, SIGINT);
  EXPECT_EQ(status_of(process), 130) << err();
  EXPECT_THAT(out(), HasSubstr("best: "));
  const auto records = tune::read_records(path("r.jsonl"));
  ASSERT_GE(records.size(), 2U);
  EXPECT_EQ(records.back().kind, tune::Record::Kind::winner);
}

TEST_F(TuneCommand, EndsAtOnceWhileACandidateIsCompiled) {
  std::ofstream(path("slow.nest")) << "schedule tanh for cpu\ntune n in {449, 450} = 450\n"
                                      "output.vectorize(lane).unroll(i, n)\n";
  const pid_t process =
      start({NESTWRIGHT_WORKBENCH, "tune", path("slow.nest"), "--shape", "size=20000", "--records", path("r.jsonl")});
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const auto sent = std::chrono::steady_clock::now();
  kill(process, SIGINT);
  EXPECT_EQ(status_of(process), 130);
  EXPECT_LT(std::chrono::steady_clock::now() - sent, std::chrono::seconds(1));
  EXPECT_THAT(err(),
              ::testing::AnyOf("", path("slow.nest") + ": interrupted before a candidate was found to be right\n"));
  EXPECT_EQ(text_of(path("r.jsonl")), "");
}

TEST_F(TuneCommand, StartsFromWhatAutoschedulersMake) {
  ASSERT_EQ(run({"tune", "linear", "--shape", shape_, "--budget", "3s", "--seeds", "--records", path("r.jsonl")}), 0)
      << err();
  std::set<std::string> tried;
  for (const tune::Record& record : tune::read_records(path("r.jsonl"))) {
    for (const char* name : {"from=mullapudi2016", "from=li2018"}) {
      if (record.choices.find(name) != std::string::npos) tried.insert(name);
    }
  }
  EXPECT_EQ(tried.size(), 2U);
  EXPECT_THAT(err(), HasSubstr("no start from anderson2021"));
}

TEST_F(TuneCommand, SaysInOneLineWhatIsWrong) {
  std::ofstream(path("damaged.jsonl")) << "{}\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"tune", "conv2", "--no-records"}, "conv2d"},
      {{"tune", "missing.nest", "--no-records"}, "missing.nest: is no file"},
      {{"tune", "linear", "--budget", "soon", "--no-records"}, "--budget: \"soon\" is no time"},
      {{"tune", "linear", "--budget", "-3s", "--no-records"}, "--budget: \"-3s\" is no time"},
      {{"tune", "linear", "--batch", "0", "--no-records"}, "--batch"},
      {{"tune", "linear", "--records", path("damaged.jsonl")}, "damaged.jsonl:1: no tuning record"},
      {{"tune", "linear", "--json", path("none/j.json"), "--no-records"}, "none/j.json"},
      {{"tune", "linear/cpu", "--seeds", "--no-records"}, "--seeds: starts the search of an operator"},
      {{"tune", "linear/reference", "--no-records"}, "has no `tune` parameter"},
      {{"import", "relu", "--autoscheduler", "adams"}, "adams2019"},
      {{"import", "relu"}, "--autoscheduler"}};
  for (const auto& [arguments, complaint] : cases) {
    EXPECT_EQ(run(arguments), 1) << arguments[1];
    EXPECT_THAT(err(), HasSubstr(complaint));
    EXPECT_EQ(std::ranges::count(err(), '\n'), 1) << err();
  }
}

TEST_F(TuneCommand, ImportsAFile) {
  ASSERT_EQ(run({"import", "linear", "--shape", shape_, "--autoscheduler", "mullapudi2016", "--out", path("i.nest")}),
            0)
      << err();
  EXPECT_THAT(text_of(path("i.nest")), HasSubstr("schedule linear for cpu"));
  EXPECT_THAT(out(), HasSubstr("right at lanes=16"));
}

}  // namespace
}  // namespace nestwright
