#pragma once

#include <string>

#include "model/runtime/inference_session.h"

namespace nestwright {

// What was evaluated, and on what machine, for the JSON text.
struct EvaluationContext {
  std::string checkpoint;  // its file's name
  std::string model;
  std::string data;
  bool is_synthetic = false;
  std::string cpu;
  int threads = 1;
};

// The share of the images of class `label` that were recognised, 0 to 1; negative when there are no such images.
double recall(const Evaluation& evaluation, std::int64_t label);

// The evaluation for a terminal: loss and accuracy, then the confusion matrix with a row, and its recall, for each
// label. `remark` ends the lines that show an accuracy.
std::string evaluation_text(const Evaluation& evaluation, const std::string& remark);

std::string evaluation_json(const Evaluation& evaluation, const EvaluationContext& context);

}  // namespace nestwright
