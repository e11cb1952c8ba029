#include "generators/records/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "generators/records/records_file.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "support/message.h"
#include "support/outside_json.h"

namespace nestwright::tune {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<const char*, Record::Kind>, 3> kinds = {
    {{"trial", Record::Kind::trial}, {"winner", Record::Kind::winner}, {"measured", Record::Kind::measured}}};

Record::Kind kind_called(const std::string& name) {
  for (const auto& [known, kind] : kinds) {
    if (known == name) return kind;
  }
  throw Error("", fmt::format("\"{}\" is no kind of record", excerpt(name)));
}

// Choices, beyond all that is measured: a year, and the batches that commands take and more.
constexpr double most_seconds = 365.0 * 86400.0;
constexpr std::int64_t most_images = std::int64_t{1} << 24U;

Error wrong(const std::string& what) { return Error("", what); }

const Json& member(const Json& json, const char* name) {
  if (!json.is_object() || !json.contains(name)) throw wrong(fmt::format("it has no \"{}\"", name));
  return json.at(name);
}

std::string text_of(const Json& json, const char* name) {
  const Json& value = member(json, name);
  if (!value.is_string()) throw wrong(fmt::format("its \"{}\" is no text", name));
  return value.get<std::string>();
}

bool is_identifier(const std::string& name) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && std::ranges::all_of(name, is_part) && (name[0] < '0' || name[0] > '9');
}

// Whether the schedule's text has the line "tune NAME in ...".
bool has_parameter(const std::string& schedule, const std::string& name) {
  std::istringstream words(schedule);
  std::string before;
  for (std::string word; words >> word; before = word) {
    if (before == "tune" && word == name) return true;
  }
  return false;
}

std::map<std::string, int> parameters_of(const Json& json, const Record& record) {
  const Json& values = member(json, "parameters");
  if (!values.is_object()) throw wrong("its \"parameters\" are no JSON object");
  std::map<std::string, int> parameters;
  for (const auto& [name, value] : values.items()) {
    if (!is_identifier(name)) throw wrong(fmt::format("\"{}\" is no name of a parameter", excerpt(name)));
    if (record.kind == Record::Kind::winner && name != cuda_registers && !has_parameter(record.schedule, name)) {
      throw wrong(fmt::format("its schedule has no parameter \"{}\"", excerpt(name)));
    }
    parameters[name] =
        static_cast<int>(integer_of(value, name, std::numeric_limits<int>::min(), std::numeric_limits<int>::max(), ""));
  }
  return parameters;
}

// Infinity where the record says null: a candidate that was refused.
double seconds_of(const Json& json) {
  const Json& value = member(json, "seconds");
  if (value.is_null()) return std::numeric_limits<double>::infinity();
  const double seconds = value.is_number() ? value.get<double>() : 0.0;
  if (seconds > 0.0 && seconds <= most_seconds) return seconds;
  throw wrong(fmt::format("its \"seconds\" are {}; expected a number above 0 and at most {:.0f}, or null",
                          excerpt(value.dump(-1, ' ', false, Json::error_handler_t::replace)), most_seconds));
}

// Whoever shows a record looks up its operator, and reads its shape.
void require_known_operator(const RecordKey& key) {
  const auto signature = std::ranges::find(all_signatures(), key.op, &Signature::name);
  if (signature == all_signatures().end()) {
    throw wrong(fmt::format("there is no operator \"{}\" in this program", excerpt(key.op)));
  }
  try {
    complete_shape(*signature, Shape::parse(key.shape));
  } catch (const Error& error) {
    throw wrong(fmt::format("its \"shape\" is none of {}: {}", key.op, excerpt(error.what())));
  }
}

Record record_of(const Json& json) {
  Record record;
  record.kind = kind_called(text_of(json, "record"));
  record.key = {.op = text_of(json, "operator"),
                .algorithm = text_of(json, "algorithm"),
                .shape = text_of(json, "shape"),
                .target = text_of(json, "target"),
                .processor = text_of(json, "processor"),
                .halide = text_of(json, "halide"),
                .algorithm_hash = text_of(json, "algorithm_hash")};
  require_known_operator(record.key);
  record.source = text_of(json, "source");
  record.schedule_hash = text_of(json, "schedule_hash");
  if (record.kind == Record::Kind::winner) record.schedule = text_of(json, "schedule");
  record.parameters = parameters_of(json, record);
  record.choices = text_of(json, "choices");
  record.seconds = seconds_of(json);
  record.batch = integer_of(member(json, "batch"), "batch", 1, most_images, "");
  if (record.kind == Record::Kind::winner && hash_of(record.schedule) != record.schedule_hash) {
    throw wrong("its schedule is not the one that was timed (\"schedule_hash\" differs)");
  }
  return record;
}

Record record_at(const std::filesystem::path& file, std::size_t line, const std::string& text) {
  try {
    return record_of(read_outside_json(text, ""));
  } catch (const Error& error) {
    throw Error(fmt::format("{}:{}", file.string(), line),
                fmt::format("no tuning record: {}; delete the line, or the file", error.what()));
  }
}

bool is_record(const std::string& line) {
  try {
    record_of(read_outside_json(line, ""));
    return true;
  } catch (const Error&) {
    return false;
  }
}

// Whether a last line without an end is the beginning of a record whose writing was cut off. Any other text may be
// somebody's, and is not to be cut away.
bool is_torn(const std::string& line) {
  constexpr std::string_view beginning = R"({"record":)";
  return (line.starts_with(beginning) || beginning.starts_with(line)) && !is_record(line);
}

bool is_blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

}  // namespace

std::string to_line(const Record& record) {
  const auto* const kind = std::ranges::find(kinds, record.kind, &std::pair<const char*, Record::Kind>::second);
  nlohmann::ordered_json json = {{"record", kind->first},
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
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Record> read_records(const std::filesystem::path& file) {
  const RecordLines read = read_lines(file);
  std::vector<Record> records;
  for (std::size_t i = 0; i < read.lines.size(); ++i) {
    if (!is_blank(read.lines[i])) records.push_back(record_at(file, i + 1, read.lines[i]));
  }
  const std::size_t last = read.lines.size() + 1;
  if (is_blank(read.open_end)) return records;
  if (is_torn(read.open_end)) {
    say(fmt::format("{}:{}: this last line was not written to its end; it is left out", printable(file.string()),
                    last));
  } else {
    records.push_back(record_at(file, last, read.open_end));
  }
  return records;
}

void append_record(const std::filesystem::path& file, const Record& record) {
  append_line(file, to_line(record), [&](const std::string& open_end) {
    if (is_blank(open_end) || is_torn(open_end)) return false;
    if (is_record(open_end)) return true;
    throw Error(file.string(), "its last line is no tuning record; delete the line, or give another file");
  });
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
