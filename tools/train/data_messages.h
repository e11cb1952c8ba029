#pragma once

#include "model/data/data_source.h"

namespace nestwright {

// Loads a data set as load_dataset() does. Prints warnings to standard error, and the progress of a download, too, if
// that is a terminal.
Dataset load_dataset_aloud(const std::string& source, const std::atomic<bool>& stop, DataPart part = DataPart::all);

// The data set as text, for example "MNIST, 60000 training and 10000 test images of 28x28".
std::string describe(const Dataset& dataset);

}  // namespace nestwright
