#pragma once

#include <string>

#include "model/runtime/inference_session.h"

namespace nestwright {

// What was evaluated, and where.
struct EvaluationContext {
  std::string checkpoint;
  std::string model;
  std::string data;
  bool is_synthetic = false;
  std::string cpu;
  int threads = 1;
};

// Of the images of class `label`, how many were recognised: 0 to 1; negative when there are none.
double recall(const Evaluation& evaluation, std::int64_t label);

// Loss and accuracy, then the confusion matrix, a row for each label with its recall. `remark` ends the lines that
// show an accuracy.
std::string evaluation_text(const Evaluation& evaluation, const std::string& remark);

std::string evaluation_json(const Evaluation& evaluation, const EvaluationContext& context);

}  // namespace nestwright
