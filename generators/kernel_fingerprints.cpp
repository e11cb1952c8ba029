#include "generators/kernel_fingerprints.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "generators/kernel_request.h"
#include "generators/records/record_key.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/message.h"

namespace nestwright {
namespace {

// A hash of what a kernel is compiled from: its arguments in their order, and all that Halide knows of the scheduled
// pipeline.
std::string pipeline_hash(const KernelRequest& request, const Halide::Target& target) {
  const BoundAlgorithm bound = bind_request(request, target);
  apply_schedule(bound, chosen_schedule(request, bound, target), target);
  std::string text;
  for (const auto& [name, parameter] : bound.inputs) {
    text += fmt::format("{} {} {}\n", name, parameter.is_buffer(),
                        parameter.is_buffer() ? parameter.dimensions() : parameter.type().bits());
  }
  std::vector<std::uint8_t> bytes;
  Halide::serialize_pipeline(Halide::Pipeline(bound.algorithm.outputs), bytes);
  text.append(bytes.begin(), bytes.end());
  return tune::hash_of(text);
}

std::string fingerprint_of(const ListedKernel& kernel, const std::string& code) {
  std::string text = code + "\n";
  for (const std::string& name : kernel.targets) {
    const Halide::Target target(name);
    try {
      text += fmt::format("{} {}\n", target.to_string(), pipeline_hash(kernel.request, target));
    } catch (const std::exception& error) {
      text += fmt::format("{} can't be made: {}\n", target.to_string(), error.what());
    }
  }
  return text;
}

void update_file(const std::filesystem::path& path, const std::string& text) {
  std::ifstream stream(path, std::ios::binary);
  const std::string present{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || present != text) write_text_file(path, text);
}

// Writes the fingerprint of `kernel`, in a child process, and returns the status that it ends with. What Halide writes
// to standard error meanwhile is dropped: the commands that compile kernels report it.
int write_one(const ListedKernel& kernel, const std::string& code, const std::filesystem::path& folder) {
  const int errors = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (errors < 0 || nothing < 0 || dup2(nothing, STDERR_FILENO) < 0) return 1;
  const std::string text = fingerprint_of(kernel, code);
  if (dup2(errors, STDERR_FILENO) < 0) return 1;
  try {
    update_file(folder / (kernel.name + ".fingerprint"), text);
  } catch (const std::exception& error) {
    say(printable_complaint(error.what()));
    return 1;
  }
  return 0;
}

}  // namespace

void write_fingerprints(const std::vector<ListedKernel>& kernels, const std::string& code,
                        const std::filesystem::path& folder) {
  // Halide makes names unique within a process, and names are part of a pipeline. So each kernel gets a process of its
  // own, in which its names do not depend on other kernels. All of them are forked from this one, which has loaded the
  // compiler.
  const std::size_t at_once = std::max(1U, std::thread::hardware_concurrency());
  std::map<pid_t, std::string> running;
  std::string failed;
  const auto wait_for_one = [&] {
    int status = 0;
    const auto ended = running.find(wait(&status));
    if (ended == running.end()) return;
    if (status != 0) failed = ended->second;
    running.erase(ended);
  };
  for (const ListedKernel& kernel : kernels) {
    if (running.size() == at_once) wait_for_one();
    const pid_t child = fork();
    if (child == 0) _exit(write_one(kernel, code, folder));
    if (child < 0) throw Error(kernel.name, "no process can be started for its fingerprint");
    running[child] = kernel.name;
  }
  while (!running.empty()) wait_for_one();
  if (!failed.empty()) throw Error(failed, "its fingerprint can't be made");
}

}  // namespace nestwright
