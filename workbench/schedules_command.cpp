// nestwright schedules [OP]: what there is.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "error/error.h"
#include "signatures/signature.h"
#include "workbench/command.h"
#include "workbench/schedule_files.h"

namespace nestwright::workbench {
namespace {

// The first sentence of the comment that the file begins with.
std::string summary_of(const dsl::Schedule& schedule) {
  std::string text;
  for (const std::string& line : schedule.comments.before) {
    if (!line.starts_with('#')) continue;
    text += (text.empty() ? "" : " ") + line.substr(std::min<std::size_t>(2, line.size()));
  }
  const std::size_t end = text.find_first_of(".:");
  return end == std::string::npos ? text : text.substr(0, end);
}

void print_schedules(const std::string& op) {
  for (const std::filesystem::path& file : schedule_files(op)) {
    const dsl::Schedule schedule = read_and_parse(file).parsed;
    const std::string name = op + "/" + file.stem().string();
    fmt::print("{:<58} {:<4} {}\n", name, schedule.purpose, summary_of(schedule));
  }
}

}  // namespace

std::function<int()> add_schedules(CLI::App& app) {
  const auto op = std::make_shared<std::string>();
  app.add_option("OP", *op, "Those of this operator [all]");
  return [op] {
    if (!op->empty()) find_signature(*op);
    for (const Signature& signature : all_signatures()) {
      if (op->empty() || signature.name == *op) print_schedules(signature.name);
    }
    return 0;
  };
}

}  // namespace nestwright::workbench
