#pragma once

#include <filesystem>

#include "generators/records/records.h"
#include "ops/signature/shape.h"

namespace nestwright::workbench {

// The file where `tune` keeps its records unless --records names another: records.jsonl in the folder that
// NESTWRIGHT_TUNING_FOLDER names, or in build/tuning of the source tree.
std::filesystem::path default_records_file();

// Makes the folder of the default file, if `file` is that one. Throws Error where it can't be made.
void prepare_records_file(const std::filesystem::path& file);

// The shape that the winner was tuned for.
Shape tuned_shape(const tune::Record& winner);

}  // namespace nestwright::workbench
