#include "tools/train/training_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "model/data/data_source.h"
#include "model/graph/models.h"
#include "model/runtime/inference_session.h"
#include "model/runtime/optimizer.h"
#include "model/runtime/thread_count.h"
#include "support/error.h"
#include "support/machine.h"
#include "support/message.h"
#include "support/options.h"

namespace nestwright {
namespace {

std::vector<std::string> names_of_models() {
  std::vector<std::string> names;
  for (const Model& model : shipped_models()) names.push_back(model.name);
  return names;
}

std::vector<std::string> device_names() { return {"cpu", "opencl", "cuda"}; }

template <typename Number>
bool read(const std::string& text, Number least, Number most, Number& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && stop == end && value >= least && value <= most;
}

// An option that must have the same value when a run is resumed. Equal values have equal texts.
struct StoredOption {
  const char* name;
  std::string (*text)(const RunOptions&);
  bool (*set)(RunOptions&, const std::string&);  // false where the text gives no valid value
};

template <std::string RunOptions::*member>
bool set_text(RunOptions& options, const std::string& text) {
  options.*member = text;
  return true;
}

const std::vector<StoredOption>& stored_option_list() {
  using O = RunOptions;
  using Text = const std::string&;
  static const std::vector<StoredOption> list = {
      {"model", [](const O& o) { return o.model; }, &set_text<&O::model>},
      {"optimizer", [](const O& o) { return o.optimizer; }, &set_text<&O::optimizer>},
      {"seed", [](const O& o) { return fmt::format("{}", o.seed); },
       [](O& o, Text text) { return read<std::uint64_t>(text, 0, UINT64_MAX, o.seed); }},
      {"batch-size", [](const O& o) { return fmt::format("{}", o.batch_size); },
       [](O& o, Text text) { return read<std::int64_t>(text, 1, most_images_of_a_batch, o.batch_size); }},
      {"lr", [](const O& o) { return fmt::format("{}", o.learning_rate); },
       [](O& o, Text text) { return read(text, 0.0, 1e6, o.learning_rate); }},
      {"gamma", [](const O& o) { return fmt::format("{}", o.gamma); },
       [](O& o, Text text) { return read(text, 0.0, 1e6, o.gamma); }},
      {"deterministic", [](const O& o) { return std::string(o.deterministic ? "yes" : "no"); },
       [](O& o, Text text) {
         o.deterministic = text == "yes";
         return text == "yes" || text == "no";
       }},
      {"device", [](const O& o) { return o.device; }, &set_text<&O::device>},
      {"threads", [](const O& o) { return fmt::format("{}", o.threads); },
       [](O& o, Text text) { return read<std::int64_t>(text, 1, most_threads, o.threads); }},
  };
  return list;
}

std::string stored_text(const Checkpoint& checkpoint, const std::string& name, const std::string& path) {
  if (name == "model") return checkpoint.model;
  if (name == "optimizer") return checkpoint.optimizer;
  if (name == "seed") return fmt::format("{}", checkpoint.seed);
  const auto entry = checkpoint.options.find(name);
  // Checkpoints from before there were devices other than the CPU name none.
  if (entry == checkpoint.options.end() && name == "device") return "cpu";
  if (entry == checkpoint.options.end()) {
    throw Error(path, fmt::format("is damaged: its metadata lack the option \"{}\"", name));
  }
  return entry->second;
}

void require_known(const RunOptions& options) {
  const auto require = [&](const char* what, const std::string& name, const std::vector<std::string>& known) {
    if (std::ranges::find(known, name) != known.end()) return;
    throw Error(options.resume, fmt::format("is of {} \"{}\", which this program does not have; it has {}", what,
                                            excerpt(name), fmt::join(known, ", ")));
  };
  require("a model", options.model, names_of_models());
  require("an optimizer", options.optimizer, optimizer_names());
  require("a device", options.device, device_names());
}

void take_epochs(RunOptions& options, const Checkpoint& checkpoint) {
  const TrainingProgress& progress = checkpoint.progress;
  if (!options.given.contains("epochs") &&
      !read<std::int64_t>(stored_text(checkpoint, "epochs", options.resume), 0, most_epochs, options.epochs)) {
    throw Error(options.resume, "is damaged: its option \"epochs\" makes no sense");
  }
  if (options.epochs > progress.epochs_done || (options.epochs == progress.epochs_done && progress.steps_done == 0)) {
    return;
  }
  throw Error(options.resume, fmt::format("has done {} epochs and {} steps already; --epochs {} is less",
                                          progress.epochs_done, progress.steps_done, options.epochs));
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& o) {
  add_choice(app, "--model", o.model, names_of_models(), "The network to train [lenet5]");
  add_path(app, "--data", o.data,
           "auto (MNIST from $NESTWRIGHT_MNIST, the cache or the network, else synthetic digits), synthetic, or a "
           "folder with MNIST's four files [auto]");
  add_integer(app, "--epochs", o.epochs, 1, most_epochs, "How often each image is shown [10]");
  add_integer(app, "--batch-size", o.batch_size, 1, most_images_of_a_batch, "Images a training step [64]");
  add_integer(app, "--test-batch-size", o.test_batch_size, 1, most_images_of_a_batch,
              "As in PyTorch's example, for its scripts: tests run in blocks of 16 images, and give the same whatever "
              "this is [1000]");
  add_choice(app, "--optimizer", o.optimizer, {"adadelta", "sgd", "momentum", "adam", "adamw"},
             "How gradients change the weights [adadelta]");
  add_number(app, "--lr", o.learning_rate, false, 1e6,
             "Learning rate of the first epoch [adadelta 1, sgd 0.1, momentum 0.02, adam and adamw 0.001]");
  add_number(app, "--gamma", o.gamma, false, 1e6, "Each epoch's learning rate is the one before times this [0.7]");
  add_seed(app, "--seed", o.seed, "Of the first weights and the order of images [1]");
  add_choice(app, "--device", o.device, device_names(), "What it runs on [cpu]");
  add_integer(app, "--threads", o.threads, 1, most_threads, "[all that this process may use, or $OMP_NUM_THREADS]");
  app.add_flag("--deterministic", o.deterministic, "The same weights for any number of threads, a little slower");
  add_path(app, "--checkpoint", o.checkpoint, "Write the state of the run here after each epoch and when stopped");
  add_path(app, "--resume", o.resume, "Go on, to the last bit, with the run that wrote this checkpoint");
  add_path(app, "--json", o.json, "Write a report here at the end");
  app.add_flag("--quiet", o.quiet, "Print nothing but warnings and errors");
}

void complete_run_options(const CLI::App& app, RunOptions& options) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() > 0) options.given.insert(option->get_name().substr(2));
  }
  if (options.learning_rate == 0.0) options.learning_rate = default_learning_rate(options.optimizer);
  options.threads = thread_count(static_cast<int>(options.threads));
}

FileUses files_of(const RunOptions& options) {
  FileUses uses = {
      .inputs = {{"--resume", options.resume}},
      .outputs = {{.name = "--checkpoint", .path = options.checkpoint, .may_be_stream = false, .continues = "--resume"},
                  {.name = "--json", .path = options.json}}};
  for (const auto& file : data_files(options.data)) uses.inputs.push_back({"--data", file});
  return uses;
}

double default_learning_rate(const std::string& optimizer) {
  if (optimizer == "adadelta") return 1.0;
  if (optimizer == "sgd") return 0.1;
  if (optimizer == "momentum") return 0.02;
  return 0.001;
}

std::map<std::string, std::string> stored_options(const RunOptions& options) {
  std::map<std::string, std::string> stored = {{"epochs", fmt::format("{}", options.epochs)}, {"data", options.data}};
  for (const StoredOption& option : stored_option_list()) stored[option.name] = option.text(options);
  // A checkpoint has these three in places of their own.
  for (const char* name : {"model", "optimizer", "seed"}) stored.erase(name);
  return stored;
}

void take_up(RunOptions& options, const Checkpoint& checkpoint) {
  const std::string& path = options.resume;
  std::vector<std::string> differences;
  for (const StoredOption& option : stored_option_list()) {
    // A deterministic run may be resumed with any number of threads. Whether it is deterministic is known here, since
    // "deterministic" comes before "threads" in the list.
    if (options.deterministic && std::string_view(option.name) == "threads") continue;
    const std::string text = stored_text(checkpoint, option.name, path);
    if (options.given.contains(option.name) && option.text(options) != text) {
      differences.push_back(fmt::format("--{} was {}, not {}", option.name, excerpt(text), option.text(options)));
    }
    if (!option.set(options, text)) {
      throw Error(path, fmt::format("is damaged: its option \"{}\" makes no sense", option.name));
    }
  }
  if (!differences.empty()) {
    throw Error(path, fmt::format("is of a run with other options: {}; leave them out to go on as it was",
                                  fmt::join(differences, ", ")));
  }
  require_known(options);
  take_epochs(options, checkpoint);
  const std::string data = stored_text(checkpoint, "data", path);
  if (!options.given.contains("data")) options.data = data;
}

}  // namespace nestwright
