#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace nestwright {

// What a build asks the generator for, as values by their names: `op`; `algorithm` (if absent, the schedule's);
// `shape`; `schedule`, a .nest file; `tune`, the values of its parameters. Shapes and values are written
// "name:value,name:value", since Halide's command line uses '=' and spaces itself. With `records`, a file of
// `nestwright tune`, the fastest schedule that was recorded for this processor (for CUDA, for the device that `gpu`
// names) replaces `schedule`, if there is one.
using KernelRequest = std::map<std::string, std::string>;

// A kernel of a build: the name of its function, the Halide targets that it is compiled for, and the request that the
// generator makes it from.
struct ListedKernel {
  std::string name;
  std::vector<std::string> targets;
  KernelRequest request;
};

// Reads a list of kernels, one a line: `name`, `target,target,...`, then a `parameter=value` for each entry of the
// request, with tabs between all of them. Throws Error (where: file and line) if the file can't be read or a line is
// not of that form.
std::vector<ListedKernel> read_kernel_list(const std::filesystem::path& file);

}  // namespace nestwright
