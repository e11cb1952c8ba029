#pragma once

#include <string>

#include "model/data/dataset.h"
#include "model/runtime/training_session.h"
#include "model/training/progress.h"
#include "tools/train/training_options.h"

namespace nestwright {

// Everything that a report is made of, besides what the machine tells.
struct TrainReport {
  const RunOptions& options;
  const Dataset& dataset;
  Normalisation normalisation;
  const TrainingProgress& progress;
  MemoryReport memory;
  bool was_stopped = false;
  double seconds_to_first_step = 0.0;  // since this process was started; 0: there was no step
};

// Seconds from the run's start to the end of the first epoch that tested at `accuracy` or better; negative: none did.
double seconds_to_accuracy(const TrainingProgress& progress, double accuracy);

// The report as JSON text. Times are in seconds, memory is in bytes, accuracies are 0 to 1.
std::string train_report_json(const TrainReport& report);

}  // namespace nestwright
