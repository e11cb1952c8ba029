#include "tools/workbench/kept_machine.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "generators/records/record_key.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/message.h"
#include "support/outside_json.h"
#include "support/regular_file.h"
#include "tools/workbench/cost/host_caches.h"
#include "tools/workbench/tuning_records.h"

namespace nestwright::workbench {
namespace {

// A spread up to which the machine counts as quiet, and how often it is measured at most, a quarter of a second each
// time: choices.
constexpr double quiet_spread = 0.05;
constexpr int most_measurements = 10;

// The form of a date, in which each 0 stands for a digit.
constexpr std::string_view date_form = "0000-00-00 00:00 UTC";

// No file with the times of even a hundred machines is larger.
constexpr std::size_t most_bytes = std::size_t{1} << 18;

// What decides whether times of another run are this machine's.
nlohmann::json identity_of(const Halide::Target& target, const std::vector<cost::CacheShape>& caches) {
  nlohmann::json shapes = nlohmann::json::array();
  for (const cost::CacheShape& cache : caches) shapes.push_back({cache.bytes, cache.ways, cache.line});
  return {{"processor", tune::processor_identity()},
          {"cores", std::thread::hardware_concurrency()},
          {"caches", shapes},
          {"vector_bytes", target.natural_vector_size<std::uint8_t>()},
          {"multiply_adds", target.has_feature(Halide::Target::FMA)}};
}

nlohmann::json json_of(const nlohmann::json& identity, const KeptMachine& kept) {
  nlohmann::json times = nlohmann::json::object();
  for (const cost::NamedTime& named : cost::named_times()) times[named.name] = kept.machine.*named.time;
  times["line"] = kept.machine.line;
  return {{"machine", identity}, {"date", kept.date}, {"spread", kept.spread}, {"seconds", times}};
}

double time_in(const nlohmann::json& value) {
  const double seconds = value.get<double>();
  if (!std::isfinite(seconds) || seconds < 0.0) throw Error("", "a time is no number");
  return seconds;
}

bool is_date(const std::string& text) {
  return std::ranges::equal(text, date_form,
                            [](char c, char form) { return form == '0' ? c >= '0' && c <= '9' : c == form; });
}

KeptMachine read_entry(const nlohmann::json& entry, const std::vector<cost::CacheShape>& caches) {
  KeptMachine kept = {.machine = {}, .date = entry.at("date"), .spread = time_in(entry.at("spread"))};
  const nlohmann::json& seconds = entry.at("seconds");
  for (const cost::NamedTime& named : cost::named_times()) {
    kept.machine.*named.time = time_in(seconds.at(named.name));
    if (kept.machine.*named.time <= 0.0) throw Error("", "a time is 0");
  }
  for (const nlohmann::json& line : seconds.at("line")) kept.machine.line.push_back(time_in(line));
  if (kept.machine.line.size() != caches.size() || !is_date(kept.date)) throw Error("", "an entry is no machine's");
  kept.machine.caches = caches;
  return kept;
}

std::string text_in(const std::filesystem::path& path) {
  RegularFile file(path);
  std::vector<std::uint8_t> bytes(most_bytes + 1);
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(file.read(bytes))};
}

// The entries of the file; none where there is no file, or where it is damaged, which is said. Nothing where it can't
// be read, which is said, too: what may be in it is not to be replaced.
std::optional<nlohmann::json> read_entries(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::status(file, error).type() == std::filesystem::file_type::not_found)
    return nlohmann::json::array();
  std::string text;
  try {
    text = text_in(file);
  } catch (const Error& unreadable) {
    say(printable_complaint(fmt::format("{}; this machine is measured now, and is not kept", unreadable.what())));
    return std::nullopt;
  }
  try {
    if (text.size() <= most_bytes) {
      nlohmann::json entries = read_outside_json(text, file.string());
      if (entries.is_array()) return entries;
    }
  } catch (const Error&) {  // said below
  }
  say(printable_complaint(
      fmt::format("{}: is damaged and is written anew; expected a list of measured machines", file.string())));
  return nlohmann::json::array();
}

// The entry of the machine; nothing where there is none, or where it is damaged, which is said.
std::optional<KeptMachine> find_entry(const nlohmann::json& entries, const nlohmann::json& identity,
                                      const std::vector<cost::CacheShape>& caches, const std::filesystem::path& file) {
  try {
    for (const nlohmann::json& entry : entries) {
      if (entry.at("machine") == identity) return read_entry(entry, caches);
    }
  } catch (const std::exception&) {
    say(printable_complaint(fmt::format("{}: an entry is damaged; this machine is measured anew", file.string())));
  }
  return std::nullopt;
}

void keep(const std::filesystem::path& file, nlohmann::json entries, const nlohmann::json& identity,
          const KeptMachine& kept) {
  nlohmann::json others = nlohmann::json::array();
  for (nlohmann::json& entry : entries) {
    if (entry.is_object() && entry.contains("machine") && entry["machine"] != identity)
      others.push_back(std::move(entry));
  }
  others.push_back(json_of(identity, kept));
  try {
    std::error_code ignored;  // what can't be made is said when the file can't be written
    std::filesystem::create_directories(file.parent_path(), ignored);
    AtomicFile written(file);
    written.write(others.dump(1) + "\n");
    written.commit();
  } catch (const Error& error) {
    say(printable_complaint(fmt::format("{}; this machine will be measured again", error.what())));
  }
}

// Measures in two halves, until the shortest times of each agree with those of the other.
KeptMachine measure(const Halide::Target& target) {
  cost::Machine halves[] = {cost::measure_machine(target), cost::measure_machine(target)};
  for (int i = 2; i < most_measurements && cost::difference(halves[0], halves[1]) > quiet_spread; ++i) {
    cost::Machine& half = halves[i % 2];
    half = cost::quicker(half, cost::measure_machine(target));
  }
  return {.machine = cost::quicker(halves[0], halves[1]),
          .date = fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr))),
          .spread = cost::difference(halves[0], halves[1])};
}

}  // namespace

bool KeptMachine::is_disturbed() const { return spread > quiet_spread; }

std::filesystem::path kept_machines_file() { return default_records_file().parent_path() / "machines.json"; }

KeptMachine kept_machine(const Halide::Target& target, const std::filesystem::path& file, bool anew) {
  const std::vector<cost::CacheShape> caches = cost::host_caches().caches;
  const nlohmann::json identity = identity_of(target, caches);
  std::optional<nlohmann::json> entries = read_entries(file);
  const bool may_be_known = entries && !anew;
  const std::optional<KeptMachine> before = may_be_known ? find_entry(*entries, identity, caches, file) : std::nullopt;
  if (before) return *before;
  KeptMachine kept = measure(target);
  if (entries) keep(file, std::move(*entries), identity, kept);
  return kept;
}

std::string text_of(const KeptMachine& kept) {
  const std::string text = fmt::format("measured {}, spread {:.1f} %", kept.date, 100.0 * kept.spread);
  return kept.is_disturbed() ? text + ": the machine was busy; --measure does it again" : text;
}

}  // namespace nestwright::workbench
