#pragma once

#include "model/data/data_source.h"

namespace nestwright {

// Loads a data set as load_dataset() does. Warnings go to stderr, and so does the progress of a download when stderr
// is a terminal.
Dataset load_dataset_aloud(const std::string& source, const std::atomic<bool>& stop);

// "MNIST, 60000 training and 10000 test images of 28x28".
std::string describe(const Dataset& dataset);

}  // namespace nestwright
