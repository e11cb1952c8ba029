#include "tools/train/train_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/machine.h"

namespace nestwright {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json options_json(const RunOptions& options) {
  return {{"model", options.model},
          {"data", options.data},
          {"epochs", options.epochs},
          {"batch_size", options.batch_size},
          {"test_batch_size", options.test_batch_size},
          {"optimizer", options.optimizer},
          {"lr", options.learning_rate},
          {"gamma", options.gamma},
          {"seed", options.seed},
          {"device", options.device},
          {"threads", options.threads},
          {"deterministic", options.deterministic},
          {"checkpoint", text_or_null(options.checkpoint)},
          {"resume", text_or_null(options.resume)}};
}

Json data_json(const Dataset& dataset, const Normalisation& normalisation) {
  return {{"name", dataset.name},
          {"synthetic", dataset.is_synthetic},
          {"train_images", dataset.train.count},
          {"test_images", dataset.test.count},
          {"pixel_mean", normalisation.mean},
          {"pixel_deviation", normalisation.deviation}};
}

Json epochs_json(const TrainingProgress& progress) {
  Json epochs = Json::array();
  for (const EpochResult& result : progress.results) {
    epochs.push_back({{"epoch", result.epoch},
                      {"learning_rate", result.learning_rate},
                      {"train_loss", result.train_loss},
                      {"test_loss", result.test_loss},
                      {"test_accuracy", result.test_accuracy},
                      {"images_per_second", result.images_per_second},
                      {"train_seconds", result.train_seconds},
                      {"total_seconds", result.total_seconds}});
  }
  return epochs;
}

Json totals_json(const TrainReport& report) {
  const TrainingProgress& progress = report.progress;
  double train_seconds = progress.train_seconds;
  for (const EpochResult& result : progress.results) train_seconds += result.train_seconds;
  const double first = seconds_to_accuracy(progress, reported_accuracy);
  Json totals = {{"epochs", progress.epochs_done},
                 {"steps", progress.total_steps},
                 {"train_seconds", train_seconds},
                 {"total_seconds", progress.total_seconds},
                 {"seconds_to_first_step", nullptr},
                 {"seconds_to_accuracy_0.99", nullptr},
                 {"test_loss", nullptr},
                 {"test_accuracy", nullptr},
                 {"peak_memory_bytes", peak_memory()}};
  if (report.seconds_to_first_step > 0.0) totals["seconds_to_first_step"] = report.seconds_to_first_step;
  if (first >= 0.0) totals["seconds_to_accuracy_0.99"] = first;
  if (!progress.results.empty()) {
    totals["test_loss"] = progress.results.back().test_loss;
    totals["test_accuracy"] = progress.results.back().test_accuracy;
  }
  return totals;
}

Json memory_json(const MemoryReport& memory) {
  return {{"workers", memory.workers},
          {"planned_bytes_a_worker", memory.planned},
          {"sum_of_all_tensors_bytes_a_worker", memory.sum_of_all},
          {"parameter_bytes", memory.parameters},
          {"partial_gradient_bytes", memory.partial_gradients},
          {"optimizer_state_bytes", memory.optimizer_state}};
}

}  // namespace

double seconds_to_accuracy(const TrainingProgress& progress, double accuracy) {
  const auto first = std::ranges::find_if(progress.results,
                                          [&](const EpochResult& result) { return result.test_accuracy >= accuracy; });
  return first == progress.results.end() ? -1.0 : first->total_seconds;
}

std::string train_report_json(const TrainReport& report) {
  const Json json = {
      {"report", "nestwright train"},
      {"version", 1},
      {"outcome", report.was_stopped ? "stopped" : "finished"},
      {"options", options_json(report.options)},
      {"data", data_json(report.dataset, report.normalisation)},
      {"machine", {{"cpu", processor_name()}, {"processors", processor_count()}, {"threads", report.options.threads}}},
      {"epochs", epochs_json(report.progress)},
      {"totals", totals_json(report)},
      {"memory", memory_json(report.memory)}};
  // A file's name may hold any bytes, but JSON is UTF-8: others are replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nestwright
