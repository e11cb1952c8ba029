#include "bench/rivals/peers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "support/error.h"
#include "support/message.h"
#include "support/outside_json.h"

namespace nestwright {
namespace {

// The word in quotes, so that a shell takes it as it is.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string name_of(const PeerRun& run) { return run.program.empty() ? run.script : run.program; }

std::string command_of(const PeerRun& run) {
  if (!run.program.empty()) {
    std::string command = quoted(run.program);
    for (const std::string& argument : run.arguments) command += " " + quoted(argument);
    return command;
  }
  const char* const python = std::getenv("NESTWRIGHT_PEERS_PYTHON");
  if (python == nullptr) {
    throw Error("NESTWRIGHT_PEERS_PYTHON",
                "is not set; expected a Python with PyTorch and JAX, which ./nestwright "
                "bench makes when --against names them");
  }
  // Where a benchmark runs far from the sources, the variable names the scripts' folder.
  const char* const folder = std::getenv("NESTWRIGHT_PEERS");
  std::string command =
      fmt::format("{} {} --batch {} --threads {} --seconds {}", quoted(python),
                  quoted(std::string(folder == nullptr ? NESTWRIGHT_PEERS_FOLDER : folder) + "/" + run.script),
                  fmt::join(run.batches, ","), run.threads, run.seconds);
  for (const std::string& argument : run.arguments) command += " " + quoted(argument);
  return command;
}

std::optional<std::string> next_line(std::FILE* stream) {
  std::string line;
  for (int c = std::fgetc(stream); c != EOF; c = std::fgetc(stream)) {
    if (c == '\n') return line;
    line += static_cast<char>(c);
  }
  if (line.empty()) return std::nullopt;
  return line;
}

PeerRow parsed_row(const std::string& line, const PeerRun& run) {
  try {
    const nlohmann::json json = read_outside_json(line, name_of(run));
    PeerRow row = {.what = json.at("what").get<std::string>(),
                   .implementation = json.at("peer").get<std::string>(),
                   .batch = json.at("batch").get<std::int64_t>(),
                   .threads = json.at("threads").get<int>()};
    if (const std::string mode = json.at("mode").get<std::string>(); !mode.empty()) row.implementation += " " + mode;
    if (json.contains("failure")) {
      row.failure = json.at("failure").get<std::string>();
      return row;
    }
    row.median_seconds = json.at("median_seconds").get<double>();
    row.spread = (json.at("high_seconds").get<double>() - json.at("low_seconds").get<double>()) / row.median_seconds;
    return row;
  } catch (const nlohmann::json::exception&) {
    throw Error(name_of(run), fmt::format("wrote '{}'; expected a row of JSON", excerpt(line)));
  }
}

void show(const PeerRow& row) {
  const std::string result =
      row.failure.empty() ? fmt::format("{:.1f} us", row.median_seconds * 1e6) : "failed: " + row.failure;
  say(fmt::format("  {} {} at batch {}: {}", row.implementation, row.what, row.batch, result));
}

}  // namespace

void run_peer(const PeerRun& run, const std::function<void(const PeerRow&)>& on_row) {
  const std::string command = command_of(run);
  std::FILE* const stream = popen(command.c_str(), "r");
  if (stream == nullptr) throw Error(name_of(run), "can't be started");
  std::optional<Error> failure;
  while (const std::optional<std::string> line = next_line(stream)) {
    try {
      const PeerRow found = parsed_row(*line, run);
      if (run.is_shown) show(found);
      on_row(found);
    } catch (const Error& error) {
      failure = error;
    }
  }
  const int status = pclose(stream);
  if (failure) throw *failure;
  if (status != 0) throw Error(name_of(run), fmt::format("failed with status {}; its message is above", status));
}

std::vector<PeerRow> run_peer(const PeerRun& run) {
  std::vector<PeerRow> rows;
  run_peer(run, [&](const PeerRow& row) {
    if (!row.failure.empty()) throw Error(name_of(run), row.failure);
    rows.push_back(row);
  });
  return rows;
}

}  // namespace nestwright
