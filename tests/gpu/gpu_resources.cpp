// What CUDA's assembler says of every GPU schedule at lenet5's shapes: registers, shared memory, spills. Prints the
// table tests/gpu/gpu_resources.md, and fails where a kernel spills, or needs more registers or shared memory than a
// block may have.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "bench/multiply_add_ptx.h"
#include "dsl/parse.h"
#include "generators/scheduling/block_limits.h"
#include "ops/signature/bias_place.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/cost/ptxas.h"
#include "tools/workbench/explain_gpu.h"
#include "tools/workbench/schedule_files.h"
#include "tools/workbench/shipped_schedule.h"
#include "tools/workbench/use.h"

namespace nestwright::workbench {
namespace {

constexpr std::int64_t blocks = 8;  // of images; changes how many groups are launched, and which specializations

struct Table {
  std::string text;
  std::vector<std::string> complaints;
  int kernels = 0;
};

std::string title_of(const Use& use, const ScheduleSource& schedule, int cuda_registers) {
  const std::string name = std::filesystem::path(schedule.file).stem().string();
  std::string title = fmt::format("{}/{}{}{}", use.op, name, use.where.empty() ? "" : " ", use.where);
  for (const auto& [parameter, value] : schedule.parameters) title += fmt::format(" {}={}", parameter, value);
  if (cuda_registers != cost::usual_registers) title += fmt::format(" cuda_registers={}", cuda_registers);
  return title;
}

void add_kernel(Table& table, const std::string& title, const GpuExplanation& explanation, std::size_t index) {
  const cost::GpuKernel& kernel = explanation.kernels[index];
  std::string registers;
  std::int64_t spilled = 0;
  for (const auto& [architecture, reports] : explanation.assembled) {
    registers += fmt::format(" {} |", reports.at(index).registers);
    const std::int64_t bytes = reports.at(index).spill_store_bytes + reports.at(index).spill_load_bytes;
    if (bytes > 0) table.complaints.push_back(fmt::format("{}: {} B spilled on {}", title, bytes, architecture));
    spilled = std::max(spilled, bytes);
    const std::int64_t stack = reports.at(index).stack_bytes;
    if (stack > 0)
      table.complaints.push_back(fmt::format("{}: {} B of local memory on {}", title, stack, architecture));
  }
  for (const cost::Multiprocessor& multiprocessor : cost::multiprocessors()) {
    const std::int64_t each = explanation.assembled.at(multiprocessor.architecture).at(index).registers;
    if (has_registers_for(multiprocessor, kernel.warps(), each)) continue;
    table.complaints.push_back(fmt::format("{}: {} threads of {} registers are more than a block can have on {}", title,
                                           kernel.thread_count(), each, multiprocessor.architecture));
  }
  if (kernel.shared_bytes > most_block_shared_bytes) {
    table.complaints.push_back(fmt::format("{}: {} B of shared memory", title, kernel.shared_bytes));
  }
  if (kernel.thread_count() > most_block_threads) {
    table.complaints.push_back(fmt::format("{}: {} threads in a group", title, kernel.thread_count()));
  }
  table.text += fmt::format("| {} | {} | {} | {} | {} |{} {} |\n", title, kernel.name, kernel.thread_count(),
                            kernel.block_count(), kernel.shared_bytes, registers, spilled);
  ++table.kernels;
}

void add_schedule(Table& table, const std::filesystem::path& file) {
  const ReadSchedule read = read_and_parse(file);
  if (read.parsed.purpose != "gpu") return;
  const Halide::Target target("x86-64-linux-avx-avx2-f16c-fma-sse41-cuda-cuda_capability_80");
  UseRequest request;
  request.lanes = device_lanes;
  std::vector<Use> uses = find_uses(read.parsed.op, request);
  for (const Use& use : uses_in_model(read.parsed.op, "lenet_caffe", device_lanes)) {
    if (std::ranges::find(uses, use.shape, &Use::shape) == uses.end()) uses.push_back(use);
  }
  for (const Use& use : uses) {
    const GpuSettings shipped = shipped_gpu_settings(use, file.stem().string());
    const ScheduleSource schedule = {
        .file = read.source.file, .text = read.source.text, .parameters = shipped.parameters};
    const GpuExplanation explanation = explain_gpu({.schedule = schedule,
                                                    .algorithm = read.parsed.algorithm,
                                                    .op = use.op,
                                                    .shape = use.shape,
                                                    .size = example_call(use.shape, blocks * device_lanes),
                                                    .target = target,
                                                    .machine = {},
                                                    .caches = {}},
                                                   shipped.cuda_registers);
    if (explanation.assembled.empty()) throw Error("ptxas", "is not there; set NESTWRIGHT_PTXAS");
    for (std::size_t i = 0; i < explanation.kernels.size(); ++i) {
      add_kernel(table, title_of(use, schedule, shipped.cuda_registers), explanation, i);
    }
  }
}

// Adds the kernel that the GPU's peak is measured with. It is written by hand, but has to assemble, too.
void add_peak(Table& table) {
  std::string registers;
  for (const char* architecture : {"sm_100", "sm_80", "sm_90"}) {
    const auto reports = cost::assemble(cost::find_ptxas(), bench::multiply_add_ptx(), architecture);
    registers += fmt::format(" {} |", reports.at(0).registers);
  }
  table.text +=
      fmt::format("| the peak that `bench --device cuda` measures | multiply_adds | 256 | | 0 |{} 0 |\n", registers);
  ++table.kernels;
}

Table make_table() {
  Table table;
  table.text = fmt::format(
      "# GPU kernels: registers, shared memory, spills\n"
      "Every GPU schedule at the shipped models' shapes (blocks of {} images, {} of them), assembled by ptxas for "
      "three "
      "architectures, as Halide's runtime has it done: with at most {} registers a thread, or the cuda_registers that "
      "are named.\n"
      "Made by `build/default/tests/gpu/nestwright-gpu-resources > tests/gpu/gpu_resources.md`; a test compares it.\n\n"
      "| schedule | Func | threads | blocks | shared, B | sm_100 registers | sm_80 | sm_90 | spilled, B |\n"
      "|---|---|---|---|---|---|---|---|---|\n",
      device_lanes, blocks, cost::usual_registers);
  for (const Signature& signature : all_signatures()) {
    for (const std::filesystem::path& file : schedule_files(signature.name)) add_schedule(table, file);
  }
  add_peak(table);
  table.text += fmt::format("\n{} kernels, {} with spills, too many registers or too much shared memory.\n",
                            table.kernels, table.complaints.size());
  return table;
}

int run(const std::string& committed) {
  const Table table = make_table();
  for (const std::string& complaint : table.complaints) fmt::print(stderr, "{}\n", complaint);
  if (committed.empty()) {
    fmt::print("{}", table.text);
  } else {
    std::ifstream stream(committed, std::ios::binary);
    if (std::string{std::istreambuf_iterator<char>(stream), {}} != table.text) {
      throw Error(committed, "is not what the schedules give; make it again (its third line says how)");
    }
  }
  return table.complaints.empty() ? 0 : 1;
}

}  // namespace
}  // namespace nestwright::workbench

int main(int argc, char** argv) {
  CLI::App app("What ptxas says of every GPU schedule");
  std::string committed;
  app.add_option("--check", committed, "Compare the table with this file instead of printing it");
  CLI11_PARSE(app, argc, argv);
  try {
    return nestwright::workbench::run(committed);
  } catch (const nestwright::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
