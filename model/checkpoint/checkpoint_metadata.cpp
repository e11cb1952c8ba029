#include "model/checkpoint/checkpoint_metadata.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "support/error.h"
#include "support/message.h"
#include "support/outside_json.h"

namespace nestwright {
namespace {

using nlohmann::json;

constexpr const char* format_name = "nestwright checkpoint";
constexpr const char* format_version = "1";
constexpr const char* generator = "philox4x32-10";
constexpr std::string_view option_prefix = "option.";

// Figures beyond these are damage: all are choices, beyond all that makes sense.
constexpr std::int64_t most_steps = std::int64_t{1} << 52U;
constexpr double most_seconds = 1e11;  // 3,000 years
constexpr double largest = std::numeric_limits<double>::max();

// What a row of the results is, and the most bytes that it can take in a file: names and their quotes, each with a
// backslash there, seven numbers of at most 24 characters, and the epoch.
constexpr std::size_t fields_of_a_row = 8;
constexpr std::uint64_t longest_row = 400;
// So what a run writes can be read again, with room for everything else.
static_assert(most_epochs * longest_row + (std::uint64_t{1} << 20U) <= longest_safetensors_header);

json row_of(const EpochResult& result) {
  return {{"epoch", result.epoch},
          {"train_loss", result.train_loss},
          {"test_loss", result.test_loss},
          {"test_accuracy", result.test_accuracy},
          {"learning_rate", result.learning_rate},
          {"train_seconds", result.train_seconds},
          {"images_per_second", result.images_per_second},
          {"total_seconds", result.total_seconds}};
}

// Reads the strings of `metadata`, each of which must be there and be valid.
class MetadataReader {
 public:
  MetadataReader(const std::map<std::string, std::string>& metadata, const std::string& path)
      : metadata_(metadata), path_(path) {}

  const std::string& text(const std::string& key) const {
    const auto entry = metadata_.find(key);
    if (entry == metadata_.end()) throw Error(path_, fmt::format("is damaged: its metadata lack \"{}\"", key));
    return entry->second;
  }

  template <typename Number>
  Number number(const std::string& key, Number least, Number most) const {
    const std::string& value = text(key);
    Number result{};
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, result);
    if (error != std::errc{} || stop != end || !(result >= least && result <= most)) throw damaged(key);
    return result;
  }

  std::vector<EpochResult> results(const std::string& key) const {
    const json rows = rows_of(key);
    if (!rows.is_array()) throw damaged(key);
    std::vector<EpochResult> read;
    for (const json& row : rows) {
      if (!row.is_object() || row.size() != fields_of_a_row) throw damaged(key);
      const auto field = [&](const char* name) {
        if (!row.contains(name) || !row[name].is_number()) throw damaged(key);
        return row[name].get<double>();
      };
      const auto epoch = static_cast<std::int64_t>(read.size()) + 1;
      if (field("epoch") != static_cast<double>(epoch)) throw damaged(key);
      read.push_back({.epoch = epoch,
                      .train_loss = field("train_loss"),
                      .test_loss = field("test_loss"),
                      .test_accuracy = field("test_accuracy"),
                      .learning_rate = field("learning_rate"),
                      .train_seconds = field("train_seconds"),
                      .images_per_second = field("images_per_second"),
                      .total_seconds = field("total_seconds")});
    }
    return read;
  }

  Error damaged(const std::string& key) const {
    return Error(path_, fmt::format("is damaged: its metadata \"{}\" make no sense", key));
  }

 private:
  json rows_of(const std::string& key) const {
    try {
      return read_outside_json(text(key), "");
    } catch (const Error&) {
      throw damaged(key);
    }
  }

  const std::map<std::string, std::string>& metadata_;
  const std::string& path_;
};

void require_format(const std::map<std::string, std::string>& metadata, const std::string& path) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != format_name) {
    throw Error(path, "is a safetensors file, but not a checkpoint that `nestwright train` wrote");
  }
  const auto version = metadata.find("format_version");
  if (version == metadata.end() || version->second != format_version) {
    throw Error(path, fmt::format("is a checkpoint of format version {}; this program reads version {}",
                                  version == metadata.end() ? "unknown" : excerpt(version->second), format_version));
  }
}

// What metadata_of() gives no entry for is a name with a changed letter, of the digest for example, which then would
// seem to be missing. Entries of other programs would have to be known to be left alone: there are none.
void require_known_names(const std::map<std::string, std::string>& metadata, const std::string& path) {
  const std::map<std::string, std::string> known = metadata_of({});
  for (const auto& [name, value] : metadata) {
    if (known.contains(name) || name.starts_with(option_prefix)) continue;
    throw Error(path,
                fmt::format("is damaged: its metadata have \"{}\", which is no entry of a checkpoint; take another "
                            "copy of it, or remove the entry if another program added it",
                            excerpt(name)));
  }
}

}  // namespace

std::map<std::string, std::string> metadata_of(const Checkpoint& checkpoint) {
  const TrainingProgress& progress = checkpoint.progress;
  json rows = json::array();
  for (const EpochResult& result : progress.results) rows.push_back(row_of(result));
  std::map<std::string, std::string> metadata = {
      {"format", format_name},
      {"format_version", format_version},
      {"model", checkpoint.model},
      {"optimizer", checkpoint.optimizer},
      {"random_generator", generator},
      {"seed", fmt::format("{}", checkpoint.seed)},
      {"epoch", fmt::format("{}", progress.epochs_done)},
      {"step", fmt::format("{}", progress.steps_done)},
      {"total_steps", fmt::format("{}", progress.total_steps)},
      {"learning_rate", fmt::format("{}", progress.learning_rate)},
      {"loss_sum", fmt::format("{}", progress.loss_sum)},
      {"train_seconds", fmt::format("{}", progress.train_seconds)},
      {"total_seconds", fmt::format("{}", progress.total_seconds)},
      {"pixel_mean", fmt::format("{}", checkpoint.normalisation.mean)},
      {"pixel_deviation", fmt::format("{}", checkpoint.normalisation.deviation)},
      {"results", rows.dump()},
  };
  for (const auto& [name, value] : checkpoint.options) metadata[std::string(option_prefix) + name] = value;
  return metadata;
}

Checkpoint checkpoint_of(const std::map<std::string, std::string>& metadata, const std::string& path) {
  require_format(metadata, path);
  require_known_names(metadata, path);
  const MetadataReader reader(metadata, path);
  if (reader.text("random_generator") != generator) {
    throw Error(path, fmt::format("its random numbers come from {}, here they come from {}",
                                  excerpt(reader.text("random_generator")), generator));
  }
  Checkpoint checkpoint{.model = reader.text("model"),
                        .optimizer = reader.text("optimizer"),
                        .seed = reader.number<std::uint64_t>("seed", 0, UINT64_MAX)};
  checkpoint.progress = {.epochs_done = reader.number<std::int64_t>("epoch", 0, most_epochs),
                         .steps_done = reader.number<std::int64_t>("step", 0, most_steps),
                         .total_steps = reader.number<std::int64_t>("total_steps", 0, most_steps),
                         .learning_rate = reader.number("learning_rate", 0.0, largest),
                         .loss_sum = reader.number("loss_sum", -largest, largest),
                         .train_seconds = reader.number("train_seconds", 0.0, most_seconds),
                         .total_seconds = reader.number("total_seconds", 0.0, most_seconds),
                         .results = reader.results("results")};
  // A pixel is 0 to 1 before it is normalised, and is divided by the deviation.
  checkpoint.normalisation = {.mean = reader.number("pixel_mean", 0.0F, 1.0F),
                              .deviation = reader.number("pixel_deviation", 1e-6F, 1.0F)};
  for (const auto& [key, value] : metadata) {
    if (key.starts_with(option_prefix)) checkpoint.options[key.substr(option_prefix.size())] = value;
  }
  return checkpoint;
}

}  // namespace nestwright
