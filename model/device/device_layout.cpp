#include "model/device/device_layout.h"

#include <algorithm>

#include "ops/signature/bias_place.h"

namespace nestwright {
namespace {

// The most rows that an operator of both gradients rounds up to (gradient_rows()).
constexpr std::int64_t most_rows_of_tile = std::max(linear_gradient_tile, convolution_gradient_tile);

std::int64_t aligned(std::int64_t count) { return (count + part_alignment - 1) / part_alignment * part_alignment; }

}  // namespace

ParameterLayout device_parameter_layout(const Graph& graph) {
  ParameterLayout layout = parameter_layout(graph);
  layout.size = 0;
  for (std::size_t i = 0; i < layout.slots.size(); ++i) {
    ParameterSlot& slot = layout.slots[i];
    const bool is_bias = slot.shape.size() == 1;
    const std::int64_t outputs = slot.shape[0];
    if (is_bias && has_bias_place(slot.fan_in, outputs)) {
      const ParameterSlot& weight = layout.slots[i - 1];
      slot.offset = weight.offset + bias_place(slot.fan_in, outputs).offset(slot.fan_in);
      layout.size = weight.offset + aligned(gradient_rows(slot.fan_in, outputs, most_rows_of_tile) * slot.fan_in);
    } else {
      slot.offset = layout.size;
      layout.size += aligned(slot.count);
    }
  }
  return layout;
}

}  // namespace nestwright
