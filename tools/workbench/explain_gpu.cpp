#include "tools/workbench/explain_gpu.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "generators/scheduling/lowering_refusal.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/cost/registers.h"

namespace nestwright::workbench {
namespace {

using Json = nlohmann::ordered_json;

std::string kind_of(const cost::GpuAccess& access) {
  if (!access.is_known) return "data decide where";
  if (access.distinct == 1) return "one for the whole warp";
  const char* const unit = access.is_shared ? "passes" : "sectors";
  if (access.transactions <= access.least_transactions) {
    return fmt::format("{} elements side by side, {:.0f} {}", access.distinct, access.transactions, unit);
  }
  return fmt::format("{} elements apart, {:.0f} {} where {:.0f} would do", access.distinct, access.transactions, unit,
                     access.least_transactions);
}

std::string kernel_text(const GpuExplanation& explanation, std::size_t index) {
  const cost::GpuKernel& kernel = explanation.kernels[index];
  std::string text = fmt::format("kernel {} ({}): {} x {} x {} blocks of {} x {} x {} threads, {} warp{}\n", index + 1,
                                 kernel.name, kernel.blocks[0], kernel.blocks[1], kernel.blocks[2], kernel.threads[0],
                                 kernel.threads[1], kernel.threads[2], kernel.warps(), kernel.warps() == 1 ? "" : "s");
  if (!kernel.is_launched) text += fmt::format("  not launched with {} blocks of images\n", explanation.blocks);
  text += fmt::format("  {:<22} {} B a block\n", "shared memory", kernel.shared_bytes);
  const double bytes = kernel.global_bytes();
  text += fmt::format("  {:<22} {:.3g} M, {:.2f} for a byte that goes through the first cache ({:.3g} MB)\n",
                      "operations", kernel.flops / 1e6, bytes > 0.0 ? kernel.flops / bytes : 0.0, bytes / 1e6);
  text += fmt::format("  {:<22} {:.0f} of loads from global memory, one after another\n", "rounds", kernel.load_rounds);
  for (const cost::GpuAccess& access : kernel.accesses) {
    text += fmt::format("  {:<22} {:>6.0f} {} {} a thread, {}\n", access.buffer, access.per_thread,
                        access.is_shared ? "shared" : "global", access.is_store ? "stores" : "loads", kind_of(access));
  }
  for (const cost::Multiprocessor& multiprocessor : cost::multiprocessors()) {
    const auto found = explanation.assembled.find(multiprocessor.architecture);
    if (found == explanation.assembled.end()) continue;
    const cost::PtxasReport& report = found->second.at(index);
    const cost::Occupancy held = occupancy(multiprocessor, kernel.warps(), report.registers, kernel.shared_bytes);
    text += fmt::format("  {:<22} {} registers, {} B spilled, occupancy {:.0f} % (limited by {})\n",
                        multiprocessor.architecture, report.registers,
                        report.spill_store_bytes + report.spill_load_bytes, 100.0 * held.share, held.limit);
  }
  return text;
}

Json kernel_json(const GpuExplanation& explanation, std::size_t index) {
  const cost::GpuKernel& kernel = explanation.kernels[index];
  Json json = {
      {"name", kernel.name},       {"is_launched", kernel.is_launched}, {"blocks", kernel.blocks},
      {"threads", kernel.threads}, {"warps", kernel.warps()},           {"shared_bytes", kernel.shared_bytes},
      {"flops", kernel.flops},     {"load_rounds", kernel.load_rounds}, {"global_bytes", kernel.global_bytes()},
      {"accesses", Json::array()}, {"assembled", Json::object()}};
  for (const cost::GpuAccess& access : kernel.accesses) {
    json["accesses"].push_back({{"buffer", access.buffer},
                                {"memory", access.is_shared ? "shared" : "global"},
                                {"is_store", access.is_store},
                                {"is_known", access.is_known},
                                {"per_thread", access.per_thread},
                                {"distinct", access.distinct},
                                {"transactions", access.transactions},
                                {"least_transactions", access.least_transactions}});
  }
  for (const cost::Multiprocessor& multiprocessor : cost::multiprocessors()) {
    const auto found = explanation.assembled.find(multiprocessor.architecture);
    if (found == explanation.assembled.end()) continue;
    const cost::PtxasReport& report = found->second.at(index);
    const cost::Occupancy held = occupancy(multiprocessor, kernel.warps(), report.registers, kernel.shared_bytes);
    json["assembled"][multiprocessor.architecture] = {{"registers", report.registers},
                                                      {"spill_store_bytes", report.spill_store_bytes},
                                                      {"spill_load_bytes", report.spill_load_bytes},
                                                      {"stack_bytes", report.stack_bytes},
                                                      {"occupancy", held.share},
                                                      {"limit", held.limit}};
  }
  return json;
}

}  // namespace

namespace {

GpuExplanation explain_scheduled(const cost::ExplainRequest& request, const BoundAlgorithm& bound, int most_registers) {
  cost::Nest nest = cost::lower_for_gpu(bound, request.target, request.size);
  GpuExplanation explanation = {.op = request.op,
                                .schedule = request.schedule.file,
                                .target = request.target.to_string(),
                                .shape = bound.shape,
                                .blocks = request.size.blocks,
                                .least_bytes = bytes_of_tensors(find_signature(request.op), bound.shape, request.size),
                                .kernels = {},
                                .assembled = {}};
  assign_registers(nest);
  explanation.kernels = gpu_kernels(nest);
  const std::string ptxas = cost::find_ptxas();
  if (ptxas.empty() || !request.with_assembly || !request.target.has_feature(Halide::Target::CUDA)) return explanation;
  // The algorithm is scheduled anew: a pipeline of Halide's is compiled for one target only.
  const std::string ptx = cost::ptx_of(scheduled(request), request.target);
  for (const cost::Multiprocessor& multiprocessor : cost::multiprocessors()) {
    explanation.assembled[multiprocessor.architecture] =
        in_order_of(explanation.kernels, cost::assemble(ptxas, ptx, multiprocessor.architecture, most_registers));
  }
  return explanation;
}

}  // namespace

GpuExplanation explain_gpu(const cost::ExplainRequest& request, int most_registers) {
  const BoundAlgorithm bound = scheduled(request);
  try {
    return explain_scheduled(request, bound, most_registers);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, request.schedule, request.target, error.what());
  }
}

std::string gpu_text(const GpuExplanation& explanation) {
  std::string text;
  for (std::size_t i = 0; i < explanation.kernels.size(); ++i) text += kernel_text(explanation, i) + "\n";
  double bytes = 0.0, flops = 0.0;
  int launches = 0;
  for (const cost::GpuKernel& kernel : explanation.kernels) {
    if (!kernel.is_launched) continue;
    ++launches;
    bytes += kernel.global_bytes();
    flops += kernel.flops;
  }
  text += fmt::format(
      "in all {} launch{}, {:.3g} M operations; {:.3g} MB through the first caches, {:.3g} MB if every "
      "tensor went once\n",
      launches, launches == 1 ? "" : "es", flops / 1e6, bytes / 1e6, explanation.least_bytes / 1e6);
  if (explanation.assembled.empty()) text += "registers and spills are not known: there is no ptxas here\n";
  return text;
}

Json to_json(const GpuExplanation& explanation) {
  Json json = {
      {"op", explanation.op},         {"shape", explanation.shape.text()}, {"schedule", explanation.schedule},
      {"target", explanation.target}, {"blocks", explanation.blocks},      {"least_bytes", explanation.least_bytes},
      {"kernels", Json::array()}};
  for (std::size_t i = 0; i < explanation.kernels.size(); ++i) json["kernels"].push_back(kernel_json(explanation, i));
  return json;
}

}  // namespace nestwright::workbench
