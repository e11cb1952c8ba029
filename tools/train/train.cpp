#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>

#include "generators/kernel_interface/registry.h"
#include "model/checkpoint/checkpoint.h"
#include "model/checkpoint/weights.h"
#include "model/data/fingerprint.h"
#include "model/device/device_session.h"
#include "model/runtime/training_session.h"
#include "model/training/trainer.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_uses.h"
#include "support/interrupt.h"
#include "support/machine.h"
#include "support/message.h"
#include "support/standard_streams.h"
#include "tools/train/checkpoint_messages.h"
#include "tools/train/command.h"
#include "tools/train/data_messages.h"
#include "tools/train/epoch_table.h"
#include "tools/train/image_size.h"
#include "tools/train/progress_bar.h"
#include "tools/train/train_report.h"
#include "tools/train/training_options.h"

namespace nestwright {
namespace {

// Throws Error when weights or the optimiser's state are not finite.
void require_finite(const std::string& where, const Checkpoint& checkpoint) {
  std::string fault = what_is_not_finite(checkpoint.parameters);
  if (fault.empty()) fault = what_is_not_finite(checkpoint.optimizer_state);
  if (fault.empty()) return;
  throw Error(where, fmt::format("{}, after {} epochs and {} steps; a smaller learning rate may help", fault,
                                 checkpoint.progress.epochs_done, checkpoint.progress.steps_done));
}

TrainingOptions session_options(const RunOptions& options) {
  return {.optimizer = optimizer_defaults(options.optimizer),
          .seed = options.seed,
          .threads = static_cast<int>(options.threads),
          .deterministic = options.deterministic};
}

TrainingPlan plan_of(const RunOptions& options, const Dataset& dataset) {
  return {.epochs = options.epochs,
          .batch_size = options.batch_size,
          .image_count = dataset.train.count,
          .learning_rate = options.learning_rate,
          .gamma = options.gamma,
          .seed = options.seed};
}

std::unique_ptr<Session> make_session(const RunOptions& options, const Dataset& dataset,
                                      const Normalisation& normalisation) {
  const Model& model = find_model(options.model);
  if (options.device == "cpu") {
    return std::make_unique<TrainingSession>(model, dataset, normalisation, ahead_of_time_kernels(),
                                             session_options(options));
  }
  return std::make_unique<DeviceSession>(model, dataset, normalisation, ahead_of_time_kernels(),
                                         DeviceTrainingOptions{.target = options.device,
                                                               .optimizer = optimizer_defaults(options.optimizer),
                                                               .seed = options.seed,
                                                               .batch_size = options.batch_size});
}

// One run of `nestwright train`, from the loaded data to the last line.
class TrainRun {
 public:
  TrainRun(const RunOptions& options, const Dataset& dataset, const std::optional<Checkpoint>& resumed)
      : options_(options),
        dataset_(dataset),
        remark_(accuracy_remark(dataset)),
        normalisation_(normalisation_of(dataset.train)),
        session_(make_session(options, dataset, normalisation_)),
        bar_(!options.quiet && can_redraw(STDOUT_FILENO) ? stdout : nullptr, options.epochs, dataset.train.count) {
    if (!options.checkpoint.empty() || resumed) fingerprint_ = fingerprint(dataset);
    if (resumed) take_up_state(*resumed);
  }

  int run(const std::atomic<bool>& stop) {
    announce();
    const double seconds_before = progress_.total_seconds;
    const TrainingObserver observer = {
        .on_step =
            [&](const StepReport& report) {
              if (first_step_ == 0.0) first_step_ = seconds_since_process_start();
              bar_.update(report);
            },
        .on_epoch = [&](const EpochResult& result) { finish_epoch(result); },
        .seconds_since_start = [&] { return seconds_before + seconds_since_process_start(); }};
    const bool stopped =
        train(*session_, plan_of(options_, dataset_), progress_, observer, stop) == TrainingOutcome::stopped;
    if (stopped) save();
    bar_.clear();
    conclude(stopped);
    return stopped ? interrupted_status : 0;
  }

 private:
  void take_up_state(const Checkpoint& checkpoint) {
    const auto entry = checkpoint.options.find("data-fingerprint");
    if (entry == checkpoint.options.end() || entry->second != fingerprint_) {
      throw Error(options_.resume, fmt::format("is of a run on other data; it was given --data {}, these are {}",
                                               excerpt(checkpoint.options.at("data")), describe(dataset_)));
    }
    require_progress_of_this_run(checkpoint);
    require_finite(options_.resume, checkpoint);
    session_->restore(options_.resume, checkpoint);
    progress_ = checkpoint.progress;
  }

  void require_progress_of_this_run(const Checkpoint& checkpoint) const {
    const TrainingPlan plan = plan_of(options_, dataset_);
    const TrainingProgress& progress = checkpoint.progress;
    if (is_progress_of(plan, progress)) return;
    throw Error(options_.resume,
                fmt::format("is damaged: an epoch of these {} images has {} steps, so {} epochs and {} "
                            "steps can't be {} steps in all",
                            plan.image_count, steps_of_an_epoch(plan), progress.epochs_done, progress.steps_done,
                            progress.total_steps));
  }

  void announce() {
    if (options_.quiet) return;
    const MemoryReport memory = session_->memory();
    fmt::print("data: {}\n", describe(dataset_));
    fmt::print("{}, {}, learning rate {} x {} an epoch, batches of {}, seed {}\n", options_.model, options_.optimizer,
               options_.learning_rate, options_.gamma, options_.batch_size, options_.seed);
    if (options_.device == "cpu") {
      fmt::print("{} thread{} on {}; each thread's tensors share {} KB, {} KB if each had its own\n", options_.threads,
                 options_.threads == 1 ? "" : "s", processor_name(), memory.planned / 1000, memory.sum_of_all / 1000);
    } else {
      fmt::print("on {}; a batch's tensors share {} KB there, {} KB if each had its own\n", options_.device,
                 memory.planned / 1000, memory.sum_of_all / 1000);
    }
    if (progress_.total_steps > 0) {
      fmt::print("going on after {} epochs and {} steps\n", progress_.epochs_done, progress_.steps_done);
    }
    flush_output();
  }

  // Saves before it prints: printing may fail, where the terminal, or whoever reads, is gone.
  void finish_epoch(const EpochResult& result) {
    save();
    bar_.clear();
    if (!options_.quiet) {
      fmt::print("{}\n", epoch_line(result, options_.epochs, remark_));
      flush_output();
    }
  }

  // Throws Error, and leaves the checkpoint as it was, when weights are no longer numbers, or the network may give
  // none: loss and accuracy may still be numbers, as relu and max-pooling may take NaN for a small one.
  void save() const {
    Checkpoint checkpoint = {.progress = progress_, .options = stored_options(options_)};
    checkpoint.options["data-fingerprint"] = fingerprint_;
    session_->save(checkpoint);
    require_finite("training", checkpoint);
    require_numbers(checkpoint);
    if (!options_.checkpoint.empty()) save_checkpoint(options_.checkpoint, checkpoint);
  }

  void require_numbers(const Checkpoint& checkpoint) const {
    const std::string fault = what_may_give_no_numbers(checkpoint.parameters, normalisation_);
    if (fault.empty()) return;
    throw Error("training", fmt::format("the network may give no numbers after {} epochs and {} steps, {}; a smaller "
                                        "learning rate may help",
                                        progress_.epochs_done, progress_.steps_done, fault));
  }

  void conclude(bool stopped) {
    if (!options_.json.empty()) {
      write_text_file(options_.json, train_report_json({.options = options_,
                                                        .dataset = dataset_,
                                                        .normalisation = normalisation_,
                                                        .progress = progress_,
                                                        .memory = session_->memory(),
                                                        .was_stopped = stopped,
                                                        .seconds_to_first_step = first_step_}));
    }
    if (options_.quiet) return;
    if (!progress_.results.empty()) fmt::print("\n{}", epoch_table(progress_.results, remark_));
    const double first = seconds_to_accuracy(progress_, reported_accuracy);
    fmt::print("{} epoch{} in {:.1f} s{}; at most {} MB of memory\n", progress_.epochs_done,
               progress_.epochs_done == 1 ? "" : "s", progress_.total_seconds,
               first < 0.0 ? "" : fmt::format(", 99 % first passed after {:.1f} s{}", first, remark_),
               peak_memory() / 1000000);
    if (!stopped) return;
    fmt::print("stopped in epoch {} after step {}; {}\n", progress_.epochs_done + 1, progress_.steps_done,
               options_.checkpoint.empty()
                   ? "the weights are lost, as no --checkpoint was given"
                   : fmt::format("go on with: nestwright train --resume {}", printable(options_.checkpoint)));
  }

  const RunOptions& options_;
  const Dataset& dataset_;
  std::string remark_;
  std::string fingerprint_;
  Normalisation normalisation_;
  std::unique_ptr<Session> session_;
  ProgressBar bar_;
  TrainingProgress progress_;
  double first_step_ = 0.0;
};

int run_train(const CLI::App& app, RunOptions& options) {
  const std::atomic<bool>& stop = catch_interrupts();
  complete_run_options(app, options);
  require_separate_files(files_of(options));
  std::optional<Checkpoint> resumed;
  if (!options.resume.empty()) {
    resumed = load_checkpoint_aloud(options.resume);
    take_up(options, *resumed);
    require_separate_files(files_of(options));  // a resumed run may have its data from the checkpoint
  }
  Dataset dataset;
  try {
    dataset = load_dataset_aloud(options.data, stop);
  } catch (const Error&) {
    if (stop) return interrupted_status;  // it was interrupted while a download went on
    throw;
  }
  try {
    return TrainRun(options, dataset, resumed).run(stop);
  } catch (const Error& error) {
    throw about_image_size(dataset, dataset.train, options.model, error);
  }
}

}  // namespace

std::function<int()> add_train(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  add_run_options(app, *options);
  app.footer(
      "Ctrl-C, SIGTERM and SIGHUP finish the step, write the checkpoint and exit with status 130; a second Ctrl-C or "
      "SIGTERM ends at once.");
  return [&app, options] { return run_train(app, *options); };
}

}  // namespace nestwright
