#pragma once

#include <string>

#include "model/data/dataset.h"
#include "model/runtime/training_session.h"
#include "model/training/progress.h"
#include "tools/train/training_options.h"

namespace nestwright {

// The accuracy on the test images for which reports say when it was first passed.
inline constexpr double reported_accuracy = 0.99;

// What a report is made from, apart from what it asks the machine itself.
struct TrainReport {
  const RunOptions& options;
  const Dataset& dataset;
  Normalisation normalisation;
  const TrainingProgress& progress;
  MemoryReport memory;
  bool was_stopped = false;
  double seconds_to_first_step = 0.0;  // from the process's start to the end of the first step; 0 where there was none
};

// The seconds from the run's start to the end of the first epoch whose test accuracy was `accuracy` or more; negative
// where there was no such epoch.
double seconds_to_accuracy(const TrainingProgress& progress, double accuracy);

// The report as JSON text. Times are in seconds, memory is in bytes, accuracies are 0 to 1.
std::string train_report_json(const TrainReport& report);

}  // namespace nestwright
