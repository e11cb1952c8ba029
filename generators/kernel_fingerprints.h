#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generators/kernel_list.h"

namespace nestwright {

// Writes a file NAME.fingerprint into `folder` for each kernel. It has a first line `code`, which stands for what
// compiles the kernels, and a line for each target: the target, and a hash of the scheduled pipeline. So two kernels
// with the same fingerprint are the same machine code. A file that already has that content is left as it is, with its
// time, by which the build tells what to compile again. If a kernel can't be made, its file says why instead of a hash;
// the command that compiles the kernel reports it. Throws Error if a file can't be written.
void write_fingerprints(const std::vector<ListedKernel>& kernels, const std::string& code,
                        const std::filesystem::path& folder);

}  // namespace nestwright
