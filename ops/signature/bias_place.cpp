#include "ops/signature/bias_place.h"

#include <fmt/format.h>

#include "support/error.h"

namespace nestwright {

BiasPlace bias_place(std::int64_t weights_of_output, std::int64_t outputs) {
  if (!has_bias_place(weights_of_output, outputs)) {
    throw Error("shape", fmt::format("{} biases don't fit into a row of {} weights; take the gradients of weights and "
                                     "biases one by one",
                                     outputs, weights_of_output));
  }
  const std::int64_t weights = weights_of_output * outputs;
  for (std::int64_t offset = (weights + part_alignment - 1) / part_alignment * part_alignment;;
       offset += part_alignment) {
    const BiasPlace place = {.row = offset / weights_of_output, .column = offset % weights_of_output};
    if (place.column + outputs <= weights_of_output) return place;
  }
}

std::int64_t gradient_rows(std::int64_t weights_of_output, std::int64_t outputs, std::int64_t tile) {
  return (bias_place(weights_of_output, outputs).row + 1 + tile - 1) / tile * tile;
}

}  // namespace nestwright
