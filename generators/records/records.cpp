#include "generators/records/records.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "support/error.h"

namespace nestwright::tune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<const char*, Record::Kind>, 3> kinds = {
    {{"trial", Record::Kind::trial}, {"winner", Record::Kind::winner}, {"measured", Record::Kind::measured}}};

Record::Kind kind_called(const std::string& name) {
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  throw Error("", fmt::format("\"{}\" is no kind of record", name));
}

Record record_of(const Json& json) {
  Record record;
  record.kind = kind_called(json.at("record").get<std::string>());
  record.key = {.op = json.at("operator"),
                .algorithm = json.at("algorithm"),
                .shape = json.at("shape"),
                .target = json.at("target"),
                .processor = json.at("processor"),
                .halide = json.at("halide"),
                .algorithm_hash = json.at("algorithm_hash")};
  record.source = json.at("source");
  record.schedule_hash = json.at("schedule_hash");
  if (record.kind == Record::Kind::winner) record.schedule = json.at("schedule");
  record.parameters = json.at("parameters").get<std::map<std::string, int>>();
  record.choices = json.at("choices");
  const Json& seconds = json.at("seconds");
  record.seconds = seconds.is_null() ? std::numeric_limits<double>::infinity() : seconds.get<double>();
  record.batch = json.at("batch");
  if (record.batch < 1) throw Error("", "\"batch\" has to be at least 1");
  if (!(record.seconds > 0.0)) throw Error("", "\"seconds\" has to be above 0");
  if (record.kind == Record::Kind::winner && hash_of(record.schedule) != record.schedule_hash) {
    throw Error("", "its schedule is not the one that was timed (\"schedule_hash\" differs)");
  }
  return record;
}

}  // namespace

std::string to_line(const Record& record) {
  const auto* const kind = std::ranges::find(kinds, record.kind, &std::pair<const char*, Record::Kind>::second);
  Json json = {{"record", kind->first},
               {"operator", record.key.op},
               {"algorithm", record.key.algorithm},
               {"shape", record.key.shape},
               {"target", record.key.target},
               {"processor", record.key.processor},
               {"halide", record.key.halide},
               {"algorithm_hash", record.key.algorithm_hash},
               {"batch", record.batch},
               {"seconds", nullptr},
               {"source", record.source},
               {"parameters", record.parameters},
               {"choices", record.choices},
               {"schedule_hash", record.schedule_hash}};
  if (record.seconds < std::numeric_limits<double>::infinity()) json["seconds"] = record.seconds;
  if (record.kind == Record::Kind::winner) json["schedule"] = record.schedule;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<Record> read_records(const std::filesystem::path& file) {
  std::error_code missing;
  if (!std::filesystem::exists(file, missing)) return {};
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Error(file.string(), "cannot be read; expected a file of tuning records");
  std::vector<Record> records;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    try {
      records.push_back(record_of(Json::parse(line)));
    } catch (const std::exception& error) {
      throw Error(fmt::format("{}:{}", file.string(), number),
                  fmt::format("no tuning record: {}; delete the line, or the file", error.what()));
    }
  }
  if (stream.bad()) throw Error(file.string(), "cannot be read to its end");
  return records;
}

void append_record(const std::filesystem::path& file, const Record& record) {
  const auto fail = [&] { throw Error(file.string(), fmt::format("cannot be written: {}", std::strerror(errno))); };
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) fail();
  const std::string line = to_line(record) + "\n";
  const ssize_t written = write(descriptor, line.data(), line.size());
  const bool is_whole = written == static_cast<ssize_t>(line.size());
  if (close(descriptor) != 0 || !is_whole) fail();
}

std::optional<Record> best_record(const std::vector<Record>& records, const RecordKey& key) {
  std::optional<Record> best;
  for (const Record& record : records) {
    if (record.kind != Record::Kind::winner || record.key != key) continue;
    // Times of other batches compare a call with a call of another size.
    const auto for_an_image = [](const Record& r) { return r.seconds / static_cast<double>(r.batch); };
    if (!best || for_an_image(record) <= for_an_image(*best)) best = record;
  }
  return best;
}

std::vector<Record> measured_records(const std::vector<Record>& records, const std::string& schedule_hash,
                                     const std::string& processor) {
  std::map<std::string, Record> latest;
  for (const Record& record : records) {
    if (record.kind != Record::Kind::measured || record.schedule_hash != schedule_hash) continue;
    if (record.key.processor == processor) latest.insert_or_assign(record.key.shape, record);
  }
  std::vector<Record> found;
  for (auto& [shape, record] : latest) found.push_back(std::move(record));
  return found;
}

}  // namespace nestwright::tune
