#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "model/training/progress.h"

namespace nestwright {

// The remark that follows every printed accuracy: " (synthetic digits)" when the data are no handwriting, otherwise
// empty.
std::string accuracy_remark(const Dataset& dataset);

// The result of an epoch as text without an end of line, for example
// "epoch 2/10: train loss 0.0712, test loss 0.0410, test accuracy 98.67 %, 181234 images/s". `remark` follows the
// accuracy.
std::string epoch_line(const EpochResult& result, std::int64_t epochs, const std::string& remark);

// The results as a table: a heading, and one line for each epoch. `remark` ends each of these lines.
std::string epoch_table(const std::vector<EpochResult>& results, const std::string& remark);

}  // namespace nestwright
