#include "tools/train/evaluation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace nestwright {
namespace {

std::int64_t confused(const Evaluation& evaluation, std::int64_t label, std::int64_t predicted) {
  return evaluation.confusion[static_cast<std::size_t>(label * evaluation.classes + predicted)];
}

std::int64_t images_of(const Evaluation& evaluation, std::int64_t label) {
  std::int64_t sum = 0;
  for (std::int64_t predicted = 0; predicted < evaluation.classes; ++predicted) {
    sum += confused(evaluation, label, predicted);
  }
  return sum;
}

std::int64_t recognised(const Evaluation& evaluation) {
  std::int64_t sum = 0;
  for (std::int64_t label = 0; label < evaluation.classes; ++label) sum += confused(evaluation, label, label);
  return sum;
}

}  // namespace

double recall(const Evaluation& evaluation, std::int64_t label) {
  const std::int64_t images = images_of(evaluation, label);
  if (images == 0) return -1.0;
  return static_cast<double>(confused(evaluation, label, label)) / static_cast<double>(images);
}

std::string evaluation_text(const Evaluation& evaluation, const std::string& remark) {
  const std::int64_t largest = *std::ranges::max_element(evaluation.confusion);
  const std::size_t width = std::max<std::size_t>(fmt::formatted_size("{}", largest), 2) + 2;
  std::string text = fmt::format("loss      {:.4f}\naccuracy  {:.2f} % ({} of {}){}\n\n", evaluation.loss,
                                 100.0 * evaluation.accuracy, recognised(evaluation), evaluation.count, remark);
  text += "label   taken for\n     ";
  for (std::int64_t predicted = 0; predicted < evaluation.classes; ++predicted) {
    text += fmt::format("{:{}}", predicted, width);
  }
  text += "     recall\n";
  for (std::int64_t label = 0; label < evaluation.classes; ++label) {
    text += fmt::format("{:5}", label);
    for (std::int64_t predicted = 0; predicted < evaluation.classes; ++predicted) {
      text += fmt::format("{:{}}", confused(evaluation, label, predicted), width);
    }
    const double share = recall(evaluation, label);
    text += share < 0.0 ? "  no images\n" : fmt::format("  {:7.2f} %{}\n", 100.0 * share, remark);
  }
  return text;
}

std::string evaluation_json(const Evaluation& evaluation, const EvaluationContext& context) {
  using Json = nlohmann::ordered_json;
  Json confusion = Json::array();
  Json recalls = Json::array();
  for (std::int64_t label = 0; label < evaluation.classes; ++label) {
    Json row = Json::array();
    for (std::int64_t predicted = 0; predicted < evaluation.classes; ++predicted) {
      row.push_back(confused(evaluation, label, predicted));
    }
    confusion.push_back(row);
    const double share = recall(evaluation, label);
    recalls.push_back(share < 0.0 ? Json(nullptr) : Json(share));
  }
  const Json json = {{"report", "nestwright evaluate"},
                     {"version", 1},
                     {"checkpoint", context.checkpoint},
                     {"model", context.model},
                     {"data", {{"name", context.data}, {"synthetic", context.is_synthetic}}},
                     {"machine", {{"cpu", context.cpu}, {"threads", context.threads}}},
                     {"images", evaluation.count},
                     {"loss", evaluation.loss},
                     {"accuracy", evaluation.accuracy},
                     {"confusion_by_label_and_prediction", confusion},
                     {"recall", recalls}};
  // A file's name may hold any bytes, but JSON is UTF-8: others are replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nestwright
