#include "measure/peers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "error/error.h"

namespace nestwright {
namespace {

// A word that a shell takes as it is.
std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string command_of(const PeerRun& run) {
  const char* const python = std::getenv("NESTWRIGHT_PEERS_PYTHON");
  if (python == nullptr) {
    throw Error("NESTWRIGHT_PEERS_PYTHON",
                "is not set; expected a Python with PyTorch and JAX, which ./nestwright "
                "bench makes when --against names them");
  }
  // Benchmarks may run far from the tree.
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

PeerRow row(const std::string& line, const PeerRun& run) {
  try {
    const nlohmann::json json = nlohmann::json::parse(line);
    const double median = json.at("median_seconds").get<double>();
    return {.what = json.at("what").get<std::string>(),
            .implementation = json.at("peer").get<std::string>() + " " + json.at("mode").get<std::string>(),
            .batch = json.at("batch").get<std::int64_t>(),
            .threads = json.at("threads").get<int>(),
            .median_seconds = median,
            .spread = (json.at("high_seconds").get<double>() - json.at("low_seconds").get<double>()) / median};
  } catch (const nlohmann::json::exception&) {
    throw Error(run.script, fmt::format("wrote '{}'; expected a row of JSON", line));
  }
}

}  // namespace

std::vector<PeerRow> run_peer(const PeerRun& run) {
  const std::string command = command_of(run);
  std::FILE* const stream = popen(command.c_str(), "r");
  if (stream == nullptr) throw Error(run.script, "can't be started");
  std::vector<PeerRow> rows;
  std::optional<Error> failure;
  while (const std::optional<std::string> line = next_line(stream)) {
    try {
      rows.push_back(row(*line, run));
      if (run.is_shown)
        fmt::print(stderr, "  {} {} at batch {}: {:.1f} us\n", rows.back().implementation, rows.back().what,
                   rows.back().batch, rows.back().median_seconds * 1e6);
    } catch (const Error& error) {
      failure = error;
    }
  }
  const int status = pclose(stream);
  if (failure) throw *failure;
  if (status != 0) throw Error(run.script, fmt::format("failed with status {}; its message is above", status));
  return rows;
}

}  // namespace nestwright
