// nestwright schedules [OP]: what there is, and how fast it was on this processor.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "ops/signature/call_size.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "support/options.h"
#include "tools/workbench/command.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/tuning_records.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {
namespace {

// The first sentence, up to "." or ":", of the comment that the schedule's file begins with.
std::string summary_of(const dsl::Schedule& schedule) {
  std::string text;
  for (const std::string& line : schedule.comments.before) {
    if (!line.starts_with('#')) continue;
    text += (text.empty() ? "" : " ") + line.substr(std::min<std::size_t>(2, line.size()));
  }
  const std::size_t end = text.find_first_of(".:");
  return end == std::string::npos ? text : text.substr(0, end);
}

// A record as text, for example "  63.02 us for 64 images (239.0 GFLOP/s) c_tile=3 at lanes=16,...".
std::string figure_text(const tune::Record& record) {
  const Shape shape = Shape::parse(record.key.shape);
  const double flops = static_cast<double>(find_signature(record.key.op).flops(shape) * record.batch) /
                       static_cast<double>(lanes_of(shape));
  std::string text = fmt::format("  {:.2f} us for {} images", 1e6 * record.seconds, record.batch);
  if (flops > 0.0) text += fmt::format(" ({:.1f} GFLOP/s)", flops / record.seconds / 1e9);
  for (const auto& [name, value] : record.parameters) text += fmt::format(" {}={}", name, value);
  return text + (record.key.shape.empty() ? "" : fmt::format(" at {}", record.key.shape));
}

void print_schedules(const std::string& op, const std::vector<tune::Record>& records) {
  for (const std::filesystem::path& file : schedule_files(op)) {
    const ReadSchedule read = read_and_parse(file);
    const std::string name = op + "/" + file.stem().string();
    fmt::print("{:<58} {:<4} {}\n", name, read.parsed.purpose, summary_of(read.parsed));
    for (const tune::Record& record :
         tune::measured_records(records, tune::hash_of(read.source.text), tune::processor_identity())) {
      fmt::print("{}\n", figure_text(record));
    }
  }
}

}  // namespace

std::function<int()> add_schedules(CLI::App& app) {
  const auto op = std::make_shared<std::string>();
  app.add_option("OP", *op, "Those of this operator [all]");
  const auto file = std::make_shared<std::string>();
  add_path(app, "--records", *file, "Where `compare` keeps what it measured [build/tuning/records.jsonl]");
  return [op, file] {
    if (!op->empty()) find_signature(*op);
    const std::vector<tune::Record> records =
        tune::read_records(file->empty() ? default_records_file() : std::filesystem::path(*file));
    for (const Signature& signature : all_signatures()) {
      if (op->empty() || signature.name == *op) print_schedules(signature.name, records);
    }
    return 0;
  };
}

}  // namespace nestwright::workbench
