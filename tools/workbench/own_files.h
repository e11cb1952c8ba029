#pragma once

#include <filesystem>
#include <vector>

#include "support/file_uses.h"

namespace nestwright::workbench {

// What the workbench reads and keeps whatever the command: the default file of records, the times of this machine, the
// schedules that ship and the lists of kernels. A command's outputs may be none of them.
std::vector<InputFile> own_files();

// The file that a command adds records to, which may be the default one. An empty path: none.
OutputFile records_output(const std::filesystem::path& path);

// The times of this machine, where a command measures it unless that was done before.
OutputFile times_output();

}  // namespace nestwright::workbench
