#include "generators/records/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <limits>

#include "generators/records/algorithm_key.h"
#include "generators/records/recorded_schedule.h"
#include "ops/algorithm/operator.h"
#include "support/error.h"
#include "tests/support/files.h"
#include "tools/workbench/use.h"

namespace nestwright::tune {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const schedule_text = "schedule relu for cpu\ntune vector in {8} = 8\n";

Record winner(double seconds, const std::string& text = schedule_text) {
  return {.kind = Record::Kind::winner,
          .key = {"relu", "direct", "lanes=16 size=8", "x86-64-linux-avx2", "a processor", "21.0.0", "0123"},
          .source = "tiled",
          .schedule_hash = hash_of(text),
          .schedule = text,
          .parameters = {{"vector", 8}},
          .choices = "tile co=4, vector=lane",
          .seconds = seconds,
          .batch = 64};
}

Record trial(double seconds) {
  Record record = winner(seconds);
  record.kind = Record::Kind::trial;
  record.schedule.clear();
  return record;
}

class Records : public ::testing::Test {
 protected:
  std::string file() const { return (folder_ / "records.jsonl").string(); }
  void append(const std::string& text) const { std::ofstream(file(), std::ios::app) << text; }
  std::string text() const {
    const Bytes bytes = read_bytes(file());
    return {bytes.begin(), bytes.end()};
  }
  std::string message() const {
    try {
      read_records(file());
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  TemporaryFolder folder_;
};

TEST_F(Records, ReadBackWhatWasAdded) {
  EXPECT_TRUE(read_records(file()).empty());
  const std::vector<Record> records = {trial(1e-5), trial(std::numeric_limits<double>::infinity()), winner(1e-5)};
  for (const Record& record : records) append_record(file(), record);
  EXPECT_EQ(read_records(file()), records);
}

TEST_F(Records, AreNeverUsedWhenAnyPartOfTheirKeyIsStale) {
  const RecordKey key = winner(1.0).key;
  const std::vector<Record> records = {winner(1.0)};
  EXPECT_TRUE(best_record(records, key));
  for (const auto member : {&RecordKey::op, &RecordKey::algorithm, &RecordKey::shape, &RecordKey::target,
                            &RecordKey::processor, &RecordKey::halide, &RecordKey::algorithm_hash}) {
    RecordKey other = key;
    other.*member += "'";
    EXPECT_FALSE(best_record(records, other));
  }
}

TEST_F(Records, GiveTheFastestWinnerForAnImage) {
  Record many = winner(3.0, "schedule relu for cpu # many\n");
  many.batch = 256;  // 3/256 an image is less than 1/64
  EXPECT_EQ(best_record({winner(1.0), winner(2.0), many, trial(1e-9)}, winner(1.0).key)->schedule, many.schedule);
  EXPECT_EQ(best_record({winner(1.0), winner(0.5, "schedule relu for cpu # fast\n")}, winner(1.0).key)->seconds, 0.5);
}

TEST_F(Records, TellTheLatestTimeOfATextAtEachShape) {
  const auto measured = [](double seconds, const std::string& shape, const std::string& text) {
    Record record = winner(seconds, text);
    record.kind = Record::Kind::measured;
    record.schedule.clear();
    record.key.shape = shape;
    return record;
  };
  const std::vector<Record> records = {measured(3.0, "lanes=16 size=8", "a"), measured(2.0, "lanes=16 size=8", "a"),
                                       measured(5.0, "lanes=16 size=9", "a"), measured(1.0, "lanes=16 size=8", "b"),
                                       winner(0.5, "a")};
  const std::vector<Record> found = measured_records(records, hash_of("a"), "a processor");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], records[1]);
  EXPECT_EQ(found[1], records[2]);
  EXPECT_TRUE(measured_records(records, hash_of("a"), "another processor").empty());
  EXPECT_FALSE(best_record({records[3]}, records[3].key));
}

TEST_F(Records, RefuseDamagedLinesWithTheirNumber) {
  append_record(file(), winner(1.0));
  append("{\"record\": \"winner\"\n");
  append_record(file(), winner(2.0));
  EXPECT_THAT(message(), StartsWith(file() + ":2: no tuning record: "));
}

TEST_F(Records, RefuseWhatIsNoRecord) {
  for (const char* line : {"[]\n", "{}\n", "{\"record\": \"guess\"}\n", "no record", "[", "\1"}) {
    std::ofstream(file(), std::ios::trunc) << line;
    EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: ")) << line;
  }
}

TEST_F(Records, RefuseAScheduleThatIsNotTheOneThatWasTimed) {
  std::string line = to_line(winner(1.0));
  line.replace(line.rfind("for cpu"), 7, "for any");
  append(line + "\n");
  EXPECT_THAT(message(), HasSubstr("schedule_hash"));
}

TEST_F(Records, RefuseOperatorsAndShapesThatThereAreNot) {
  const std::vector<std::pair<Record, std::string>> cases = [] {
    std::vector<std::pair<Record, std::string>> made(4, {trial(1.0), ""});
    made[0].first.key.op = "conv9d";
    made[0].second = "there is no operator \"conv9d\" in this program";
    made[1].first.key.op = std::string(5000, 'x');
    made[1].second = "there is no operator \"xxx";
    made[2].first.key.shape = "lanes=16 size=eight";
    made[2].second = "its \"shape\" is none of relu: shape: cannot read 'size=eight'";
    made[3].first.key.shape = "lanes=16 size=8 colour=1";
    made[3].second = "no shape parameter 'colour'";
    return made;
  }();
  for (const auto& [record, complaint] : cases) {
    std::ofstream(file(), std::ios::trunc) << to_line(winner(1.0)) << "\n" << to_line(record) << "\n";
    EXPECT_THAT(message(), StartsWith(file() + ":2: no tuning record: "));
    EXPECT_THAT(message(), HasSubstr(complaint));
    EXPECT_THAT(message(), HasSubstr("; delete the line, or the file"));
    EXPECT_LT(message().size(), 600U);
  }
}

TEST_F(Records, RefuseTimesThatAreNone) {
  for (const double seconds : {0.0, -1.0}) {
    std::ofstream(file(), std::ios::trunc) << to_line(winner(seconds)) << "\n";
    EXPECT_THAT(message(), HasSubstr("expected a number above 0"));
  }
}

TEST_F(Records, TakeNothingForDamageInEmptyLines) {
  append_record(file(), winner(1.0));
  append("\n  \n\r\n");
  append_record(file(), winner(2.0));
  append("\n");
  EXPECT_EQ(read_records(file()).size(), 2U);
}

// The line of a record in which `from` is replaced.
std::string changed(const Record& record, const std::string& from, const std::string& to) {
  std::string line = to_line(record);
  const std::size_t place = line.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return line.replace(place, from.size(), to) + "\n";
}

TEST_F(Records, RefuseNumbersThatFitNoType) {
  for (const char* number :
       {"6e48", "1e30", "1e999", "9223372036854775808", "1099511627776", "-1", "0", "1.5", "null"}) {
    std::ofstream(file(), std::ios::trunc) << changed(winner(1.0), "\"batch\":64", std::string("\"batch\":") + number);
    EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: ")) << number;
  }
  for (const char* number : {"6e48", "1e999", "-1", "0", "\"1\"", "[]"}) {
    std::ofstream(file(), std::ios::trunc)
        << changed(winner(1.0), "\"seconds\":1.0", std::string("\"seconds\":") + number);
    EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: ")) << number;
  }
}

TEST_F(Records, RefuseParametersThatTheirScheduleCannotHave) {
  for (const char* number : {"1099511627776", "2147483648", "-2147483649", "8.0", "\"8\"", "null", "1e30"}) {
    std::ofstream(file(), std::ios::trunc) << changed(trial(1.0), "\"vector\":8", std::string("\"vector\":") + number);
    EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: \"vector\" is ")) << number;
    EXPECT_THAT(message(), HasSubstr("from -2147483648 to 2147483647")) << number;
  }
  std::ofstream(file(), std::ios::trunc) << changed(winner(1.0), "\"vector\":8", "\"victor\":8");
  EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: its schedule has no parameter \"victor\""));
  std::ofstream(file(), std::ios::trunc) << changed(trial(1.0), "\"vector\":8", "\"a b\":8");
  EXPECT_THAT(message(), HasSubstr("\"a b\" is no name of a parameter"));
}

TEST_F(Records, RefuseWhatNestsTooDeep) {
  append("{\"record\":\"trial\",\"parameters\":" + std::string(150000, '[') + std::string(150000, ']') + "}\n");
  EXPECT_THAT(message(), StartsWith(file() + ":1: no tuning record: nests more than "));
}

TEST_F(Records, DropALastLineThatWasNotWrittenToItsEnd) {
  const std::string line = to_line(winner(3.0));
  for (const std::size_t length : {std::size_t{1}, std::size_t{9}, std::size_t{100}, line.size() - 1}) {
    std::filesystem::remove(file());
    append_record(file(), winner(1.0));
    append(line.substr(0, length));
    testing::internal::CaptureStderr();
    EXPECT_EQ(read_records(file()).size(), 1U);
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              file() + ":2: this last line was not written to its end; it is left out\n");
    append_record(file(), winner(2.0));
    ASSERT_EQ(read_records(file()).size(), 2U);
    EXPECT_EQ(read_records(file())[1].seconds, 2.0);
  }
}

TEST_F(Records, KeepALastLineThatLacksNothingButItsEnd) {
  append(to_line(winner(1.0)));
  append_record(file(), winner(2.0));
  ASSERT_EQ(read_records(file()).size(), 2U);
  EXPECT_EQ(read_records(file())[0].seconds, 1.0);
}

TEST_F(Records, AreInARegularFile) {
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  for (const std::string& path : {file(), std::string("/dev/zero"), folder_.path().string()}) {
    EXPECT_EQ(error_of([&] { read_records(path); }),
              path + ": is not a regular file; expected a file of tuning records");
  }
}

TEST_F(Records, CutOffNothingThatIsNoRecord) {
  append("somebody's text");
  EXPECT_THAT(error_of([&] { append_record(file(), winner(1.0)); }), HasSubstr("its last line is no tuning record"));
  EXPECT_EQ(text(), "somebody's text");
}

// In a process of its own, which may not make files larger than `bytes`: the status of `run`.
template <typename Run>
int status_with_full_disk(rlim_t bytes, const Run& run) {
  const pid_t child = fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {bytes, bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(run());
  }
  int state = 0;
  waitpid(child, &state, 0);
  return state;
}

TEST_F(Records, AreAddedWholeOrNotAtAll) {
  append_record(file(), winner(1.0));
  const std::string before = text();
  const rlim_t room = before.size() + 20;
  EXPECT_EQ(status_with_full_disk(room,
                                  [&] {
                                    const std::string error = error_of([&] { append_record(file(), winner(2.0)); });
                                    return error == file() + ": cannot be written: File too large" ? 0 : 1;
                                  }),
            0);
  EXPECT_EQ(text(), before);
  append_record(file(), winner(2.0));
  EXPECT_EQ(read_records(file()).size(), 2U);
}

TEST_F(Records, OfSeveralProcessesDoNotMix) {
  constexpr int processes = 4, lines = 50;
  for (int i = 0; i < processes; ++i) {
    if (fork() != 0) continue;
    for (int line = 0; line < lines; ++line) append_record(file(), winner(1.0 + i));
    _exit(0);
  }
  for (int i = 0; i < processes; ++i) wait(nullptr);
  EXPECT_EQ(read_records(file()).size(), std::size_t{processes} * lines);
}

TEST(RecordKey, IsTheSameForTheSameAlgorithmHoweverOftenItIsBuilt) {
  const Halide::Target target = Halide::get_host_target();
  for (const ops::Operator& op : ops::all_operators()) {
    const Shape shape = workbench::largest_use(workbench::find_uses(op.name, {})).shape;
    const RecordKey first = record_key(bind_algorithm(op.name, op.algorithm, shape), target);
    EXPECT_EQ(first.algorithm_hash, hash_of(bind_algorithm(op.name, op.algorithm, shape))) << op.name << op.algorithm;
    // Features that only change how a kernel is called leave the key as it is.
    const Halide::Target called = target.with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::JIT);
    EXPECT_TRUE(first == record_key(bind_algorithm(op.name, op.algorithm, shape), called)) << op.name;
  }
}

TEST(RecordKey, TellsAlgorithmsApart) {
  std::map<std::string, std::string> hashes;
  for (const char* op : {"linear", "linear_relu", "conv2d", "conv2d_input_gradient"}) {
    for (const ops::Operator& algorithm : ops::all_operators()) {
      if (algorithm.name != op) continue;
      const Shape shape = workbench::largest_use(workbench::find_uses(op, {})).shape;
      const std::string hash = hash_of(bind_algorithm(op, algorithm.algorithm, shape));
      EXPECT_TRUE(hashes.emplace(hash, op).second) << op << " " << algorithm.algorithm << " and " << hashes[hash];
    }
  }
}

}  // namespace
}  // namespace nestwright::tune
