#pragma once

#include <filesystem>

#include "generators/records/records.h"
#include "ops/signature/shape.h"

namespace nestwright::workbench {

// Where `tune` keeps its records unless it is told: build/tuning/records.jsonl of the source tree.
std::filesystem::path default_records_file();

// Makes the file's folder, where it is the default one. Throws Error where records can't be added.
void prepare_records_file(const std::filesystem::path& file);

Shape tuned_shape(const tune::Record& winner);

}  // namespace nestwright::workbench
