#include "tools/workbench/cost/ptxas.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string_view>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "support/temporary_folder.h"
#include "tools/workbench/cost/memory_file.h"

namespace nestwright::cost {
namespace {

constexpr std::int64_t register_unit = 256;     // a warp gets registers in multiples of this many
constexpr std::int64_t parts = 4;               // into which a multiprocessor is divided
constexpr std::int64_t reserved_shared = 1024;  // bytes of shared memory that the system takes in every block

// The letters of a name, without "kernel" in front: what a loop's name and its kernel's name have in common. Halide
// numbers names that it has given before, each pipeline's anew, and PTX allows no dots, so that
// "_kernel_output__1_s0_b_block_id_z" and "output$2.s0.b.block_id_z" belong together.
std::string letters(const std::string& name) {
  const std::string kept = std::regex_replace(name, std::regex("[^A-Za-z]"), "");
  constexpr std::string_view prefix = "kernel";
  return kept.starts_with(prefix) ? kept.substr(prefix.size()) : kept;
}

// The last number of a kernel's name: Halide counts kernels in the order of their launches.
int number_of(const std::string& entry) {
  const std::size_t last = entry.find_last_not_of("0123456789");
  return last + 1 < entry.size() ? std::stoi(entry.substr(last + 1)) : 0;
}

std::int64_t registers_of_warp(std::int64_t registers) {
  return (registers * warp_size + register_unit - 1) / register_unit * register_unit;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Runs a program and returns its exit status (128 where a signal ended it). What it prints goes into the file `said`.
// Throws Error where the program can't be started.
int run(std::vector<std::string> command, const std::filesystem::path& said) {
  std::vector<char*> words;
  for (std::string& word : command) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t process = 0;
  const int error = posix_spawn(&process, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw Error(command[0], fmt::format("cannot be started: {}", std::strerror(error)));
  int status = 0;
  waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::int64_t number_before(const std::string& line, const std::string& words) {
  std::smatch match;
  return std::regex_search(line, match, std::regex("([0-9]+) " + words)) ? std::stoll(match[1]) : 0;
}

}  // namespace

std::string ptx_of(const BoundAlgorithm& bound, const Halide::Target& target) {
  const MemoryFile file;
  try {
    make_halide_strict();
    Halide::Pipeline(bound.algorithm.outputs)
        .compile_to({{Halide::OutputFileType::device_code, file.path()}}, compile_arguments(bound), "kernel",
                    target.with_feature(Halide::Target::NoAsserts)
                        .with_feature(Halide::Target::NoBoundsQuery)
                        .with_feature(Halide::Target::NoRuntime));
  } catch (const Halide::Error& error) {
    throw Error(bound.op, first_line(error.what()));
  }
  return file.text();
}

std::string find_ptxas() {
  if (const char* const named = std::getenv("NESTWRIGHT_PTXAS"); named != nullptr && *named != '\0') return named;
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path file = std::filesystem::path(folder) / "ptxas";
    if (access(file.c_str(), X_OK) == 0) return file.string();
  }
  return {};
}

std::vector<PtxasReport> assemble(const std::string& ptxas, const std::string& ptx, const std::string& architecture,
                                  int most_registers) {
  const TemporaryFolder folder;
  const std::filesystem::path source = folder.path() / "kernel.ptx", said = folder.path() / "said";
  std::ofstream stream(source, std::ios::binary);
  stream << ptx;
  stream.close();
  if (!stream) throw Error(folder.path().string(), "can't be written to; is there space in the temporary folder?");
  const int status =
      run({ptxas, "--verbose", "--gpu-name=" + architecture, fmt::format("--maxrregcount={}", most_registers),
           "--output-file", (folder.path() / "kernel.cubin").string(), source.string()},
          said);
  const std::string text = read_text(said);
  if (status != 0) {
    throw Error(ptxas, fmt::format("refuses the kernel for {}: {}", architecture,
                                   text.empty() ? "it says nothing; is there space in the temporary folder?"
                                                : first_line(text)));
  }
  return parse_ptxas(text);
}

std::vector<PtxasReport> parse_ptxas(const std::string& text) {
  std::vector<PtxasReport> reports;
  std::istringstream stream(text);
  const std::regex entry("Compiling entry function '([^']+)'");
  for (std::string line; std::getline(stream, line);) {
    std::smatch match;
    if (std::regex_search(line, match, entry)) reports.push_back({.entry = match[1]});
    if (reports.empty()) continue;
    PtxasReport& report = reports.back();
    if (line.find("bytes spill stores") != std::string::npos) {
      report.stack_bytes = number_before(line, "bytes stack frame");
      report.spill_store_bytes = number_before(line, "bytes spill stores");
      report.spill_load_bytes = number_before(line, "bytes spill loads");
    }
    if (line.find(" registers") != std::string::npos) {
      report.registers = number_before(line, "registers");
    }
  }
  return reports;
}

std::vector<PtxasReport> in_order_of(const std::vector<GpuKernel>& kernels, std::vector<PtxasReport> reports) {
  // The names of one Func's kernels differ in their numbers only.
  std::ranges::stable_sort(reports, {}, [](const PtxasReport& report) { return number_of(report.entry); });
  std::vector<PtxasReport> ordered;
  for (const GpuKernel& kernel : kernels) {
    const auto report = std::ranges::find_if(
        reports, [&](const PtxasReport& each) { return letters(each.entry) == letters(kernel.loop); });
    if (report == reports.end()) throw Error(kernel.loop, "is a kernel of the loops, and none of the PTX");
    ordered.push_back(*report);
    reports.erase(report);
  }
  if (!reports.empty()) throw Error(reports.front().entry, "is a kernel of the PTX, and none of the loops");
  return ordered;
}

const std::vector<Multiprocessor>& multiprocessors() {
  constexpr std::int64_t kib = 1024;
  static const std::vector<Multiprocessor> known = {
      {"sm_80", 64, 32, 65536, 164 * kib}, {"sm_90", 64, 32, 65536, 228 * kib}, {"sm_100", 64, 32, 65536, 228 * kib}};
  return known;
}

const Multiprocessor& multiprocessor_of(const std::string& architecture) {
  const auto found = std::ranges::find_if(
      multiprocessors(), [&](const Multiprocessor& each) { return each.architecture == architecture; });
  if (found == multiprocessors().end()) throw Error(architecture, "is not one of the architectures that are known");
  return *found;
}

bool has_registers_for(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers) {
  return (warps + parts - 1) / parts * registers_of_warp(registers) <= multiprocessor.registers / parts;
}

Occupancy occupancy(const Multiprocessor& multiprocessor, std::int64_t warps, std::int64_t registers,
                    std::int64_t shared_bytes) {
  const std::int64_t of_warp = registers_of_warp(registers);
  const std::array<std::pair<std::int64_t, const char*>, 4> limits = {
      {{multiprocessor.warps / warps, "warps"},
       {multiprocessor.blocks, "blocks"},
       {multiprocessor.registers / std::max<std::int64_t>(1, of_warp * warps), "registers"},
       {multiprocessor.shared_bytes / (shared_bytes + reserved_shared), "shared memory"}}};
  const auto* const least = std::ranges::min_element(limits, {}, &std::pair<std::int64_t, const char*>::first);
  return {.share = static_cast<double>(least->first * warps) / static_cast<double>(multiprocessor.warps),
          .limit = least->second};
}

}  // namespace nestwright::cost
