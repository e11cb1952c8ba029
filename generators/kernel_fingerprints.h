#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "generators/kernel_request.h"

namespace nestwright {

// A kernel of a build: the name of its function, the Halide targets that it is compiled for, and what it is made of.
struct ListedKernel {
  std::string name;
  std::vector<std::string> targets;
  KernelRequest request;
};

// The kernels of a build, one a line: `name`, `target,target,...`, then `parameter=value` each, with tabs between them.
// Throws Error (where: file and line).
std::vector<ListedKernel> read_kernel_list(const std::filesystem::path& file);

// Puts into `folder` a file NAME.fingerprint for each kernel, of a line for each target: the target, and a hash of the
// scheduled pipeline. Two kernels with one fingerprint are the same machine code, as long as what compiles them is the
// same: `code` is what all of them begin with. A file that says so already is not touched, so that a build goes by its
// time. A kernel that can't be made has in its file why; the command that compiles it reports that. Throws Error where
// a file can't be written.
void write_fingerprints(const std::vector<ListedKernel>& kernels, const std::string& code,
                        const std::filesystem::path& folder);

}  // namespace nestwright
