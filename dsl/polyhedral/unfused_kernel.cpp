#include "dsl/polyhedral/unfused_kernel.h"

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;

// What tells loops over threads apart. It keeps those of one iteration in the statement, too.
constexpr Halide::DeviceAPI threads = Halide::DeviceAPI::Host;

void take_off_gpu(ir::Definition definition) {  // refers to the contents that its Func has
  definition.schedule().touched() = true;       // Halide warns of unscheduled updates when it compiles, which is enough
  for (ir::Dim& dim : definition.schedule().dims()) {
    const bool is_on_gpu = ir::is_gpu(dim.for_type), is_block = dim.for_type == ir::ForType::GPUBlock;
    if (is_on_gpu || dim.for_type == ir::ForType::Parallel) {
      dim.for_type = is_on_gpu ? ir::ForType::Parallel : ir::ForType::Serial;
    }
    // Unrolled or vectorized, a loop has as many copies as the schedule says, which nobody has counted yet.
    if (dim.for_type == ir::ForType::Unrolled || dim.for_type == ir::ForType::Vectorized) {
      dim.for_type = ir::ForType::Serial;
    }
    dim.device_api = is_on_gpu && !is_block ? threads : Halide::DeviceAPI::None;
    dim.partition_policy = Halide::Partition::Never;  // copies of loops would show nothing more
  }
  for (const ir::Specialization& special : definition.specializations()) {
    if (special.definition.defined()) take_off_gpu(special.definition);
  }
}

void take_off_gpu(ir::Function& function) {
  if (!function.has_pure_definition()) return;
  take_off_gpu(function.definition());
  for (std::size_t i = 0; i < function.updates().size(); ++i) take_off_gpu(function.update(static_cast<int>(i)));
}

// Keeps the statement that is being lowered.
class Keep : public ir::IRMutator {
 public:
  explicit Keep(ir::Stmt& kept) : kept_(kept) {}
  using ir::IRMutator::mutate;
  ir::Stmt mutate(const ir::Stmt& statement) override { return kept_ = statement; }

 private:
  ir::Stmt& kept_;
};

}  // namespace

ir::Stmt lower_unfused(const std::vector<ir::Function>& outputs, const Halide::Target& target) {
  auto [copies, functions] = ir::deep_copy(outputs, ir::build_environment(outputs));
  for (auto& [name, function] : functions) take_off_gpu(function);
  std::vector<Halide::Func> funcs;
  for (const ir::Function& copy : copies) funcs.emplace_back(copy);
  ir::Stmt lowered;
  Halide::Pipeline pipeline(funcs);
  pipeline.add_custom_lowering_pass(new Keep(lowered));  // the pipeline owns it
  const Halide::Target without_gpu(target.os, target.arch, target.bits, {Halide::Target::NoRuntime});
  pipeline.compile_to_module(pipeline.infer_arguments(), "unfused", without_gpu);
  return lowered;
}

bool is_over_blocks(const ir::For& loop) {
  return loop.for_type == ir::ForType::Parallel && loop.device_api != threads;
}

bool is_over_threads(const ir::For& loop) {
  return loop.for_type == ir::ForType::Parallel && loop.device_api == threads;
}

}  // namespace nestwright::polyhedral
