#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "model/checkpoint/checkpoint.h"
#include "support/file_uses.h"

namespace nestwright {

// The options of `nestwright train`. The defaults are those of PyTorch's MNIST example.
struct RunOptions {
  std::string model = "lenet5";
  std::string data = "auto";
  std::int64_t epochs = 10;
  std::int64_t batch_size = 64;
  std::int64_t test_batch_size = 1000;
  std::string optimizer = "adadelta";
  double learning_rate = 0.0;  // 0: the optimiser's default
  double gamma = 0.7;
  std::uint64_t seed = 1;
  std::int64_t threads = 0;  // 0: as thread_count() has it
  bool deterministic = false;
  std::string device = "cpu";
  bool quiet = false;
  std::string checkpoint;       // the file to write checkpoints to; empty: none
  std::string resume;           // the checkpoint's file to go on from; empty: none
  std::string json;             // the file to write the report to; empty: none
  std::set<std::string> given;  // the options that the command line had, without their dashes
};

// Adds the options to `app`; `options` must outlive parsing.
void add_run_options(CLI::App& app, RunOptions& options);

// To be called once `app` has parsed the command line: fills in `given`, and the values that depend on others.
void complete_run_options(const CLI::App& app, RunOptions& options);

// The files that the run reads and writes.
FileUses files_of(const RunOptions& options);

// A learning rate with which the shipped models learn well in batches of 64.
double default_learning_rate(const std::string& optimizer);

// The options on which a run's weights depend, as a checkpoint keeps them, for example "64" under "batch-size".
std::map<std::string, std::string> stored_options(const RunOptions& options);

// Sets the options that the command line did not give to those of the checkpoint's run. Throws Error, about the file
// options.resume, where given options differ from that run's (it names them all), or ask for fewer epochs than are
// done.
void take_up(RunOptions& options, const Checkpoint& checkpoint);

}  // namespace nestwright
