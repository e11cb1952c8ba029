#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "model/checkpoint/checkpoint.h"

namespace nestwright {

// What `nestwright train` was asked to do. The defaults are those of PyTorch's MNIST example.
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
  std::int64_t threads = 0;  // 0: all that OpenMP has
  bool deterministic = false;
  std::string device = "cpu";
  bool quiet = false;
  std::string checkpoint;  // file names; empty: none
  std::string resume;
  std::string json;
  std::set<std::string> given;  // the options that stood on the command line, without their dashes
};

// Adds the options to `app`; `options` must outlive parsing.
void add_run_options(CLI::App& app, RunOptions& options);

// To be called once `app` has parsed the command line: fills in `given`, and the values that depend on others.
void complete_run_options(const CLI::App& app, RunOptions& options);

// A learning rate with which the shipped models learn well in batches of 64.
double default_learning_rate(const std::string& optimizer);

// The options that shape a run's weights, as a checkpoint keeps them: "batch-size" -> "64".
std::map<std::string, std::string> stored_options(const RunOptions& options);

// Takes over from `checkpoint` what the command line left open. Throws Error (where: options.resume) that names
// every option that was given and differs from the run's, and for fewer epochs than are done.
void take_up(RunOptions& options, const Checkpoint& checkpoint);

}  // namespace nestwright
