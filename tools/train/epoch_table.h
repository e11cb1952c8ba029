#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "model/training/progress.h"

namespace nestwright {

// What follows every accuracy: " (synthetic digits)" when the data are no handwriting, else nothing.
std::string accuracy_remark(const Dataset& dataset);

// "epoch 2/10: train loss 0.0712, test loss 0.0410, test accuracy 98.67 %, 181234 images/s", without an end of line.
std::string epoch_line(const EpochResult& result, std::int64_t epochs, const std::string& remark);

// A heading, and one line an epoch. `remark` ends each line that shows an accuracy.
std::string epoch_table(const std::vector<EpochResult>& results, const std::string& remark);

}  // namespace nestwright
