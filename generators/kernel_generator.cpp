#include <Halide.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "generators/kernel_request.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/lowering_refusal.h"
#include "support/error.h"

namespace nestwright {
namespace {

using Halide::Func;
using Halide::Internal::ArgInfoDirection;
using Halide::Internal::ArgInfoKind;

Halide::Type halide_type_of(DataType type) {
  if (type == DataType::uint8) return Halide::UInt(8);
  if (type == DataType::int32) return Halide::Int(32);
  return Halide::Float(32);
}

// Presents any operator with any schedule to Halide as a generator, whose parameters are those of a KernelRequest.
class KernelGenerator : public Halide::Internal::AbstractGenerator {
 public:
  explicit KernelGenerator(const Halide::GeneratorContext& context) : context_(context) {}

  std::string name() override { return "kernel"; }
  Halide::GeneratorContext context() const override { return context_; }

  std::vector<ArgInfo> arginfos() override {
    const BoundAlgorithm& bound = bound_algorithm();
    const Signature& signature = find_signature(bound.op);
    std::vector<ArgInfo> infos;
    for (const TensorSpec& spec : signature.inputs(bound.shape)) infos.push_back(info(spec, ArgInfoDirection::Input));
    for (const Func& output : bound.algorithm.outputs) {
      infos.push_back({.name = output.name(),
                       .dir = ArgInfoDirection::Output,
                       .kind = ArgInfoKind::Buffer,
                       .types = output.types(),
                       .dimensions = output.dimensions()});
    }
    return infos;
  }

  void set_generatorparam_value(const std::string& name, const std::string& value) override {
    if (name == "target" || name.starts_with("autoscheduler")) return;  // part of the context
    request_[name] = value;
  }
  void set_generatorparam_value(const std::string& name, const Halide::LoopLevel&) override {
    throw Error("generator", fmt::format("parameter '{}' takes no loop level", name));
  }

  Halide::Pipeline build_pipeline() override {
    const BoundAlgorithm& bound = bound_algorithm();
    const ScheduleSource schedule = chosen_schedule(request_, bound, context_.target());
    apply_schedule(bound, schedule, context_.target());
    try {
      require_lowerable(bound, context_.target());
    } catch (const Halide::Error& error) {
      throw lowering_refusal(bound, schedule, context_.target(), error.what());
    }
    return checked_pipeline(bound);
  }

  std::vector<Halide::Parameter> input_parameter(const std::string& name) override {
    for (const auto& [input, parameter] : bound_algorithm().inputs) {
      if (input == name) return {parameter};
    }
    return {};
  }

  std::vector<Func> output_func(const std::string& name) override {
    for (const Func& output : bound_algorithm().algorithm.outputs) {
      if (output.name() == name) return {output};
    }
    return {};
  }

  void bind_input(const std::string&, const std::vector<Halide::Parameter>&) override { refuse_binding(); }
  void bind_input(const std::string&, const std::vector<Func>&) override { refuse_binding(); }
  void bind_input(const std::string&, const std::vector<Halide::Expr>&) override { refuse_binding(); }
  bool emit_cpp_stub(const std::string&) override { return false; }
  bool emit_hlpipe(const std::string&) override { return false; }
  bool allow_out_of_order_inputs_and_outputs() const override { return false; }

 private:
  static ArgInfo info(const TensorSpec& spec, ArgInfoDirection direction) {
    return {.name = spec.name,
            .dir = direction,
            .kind = spec.is_scalar() ? ArgInfoKind::Scalar : ArgInfoKind::Buffer,
            .types = {halide_type_of(spec.type)},
            .dimensions = static_cast<int>(spec.dimensions.size())};
  }

  [[noreturn]] static void refuse_binding() { throw Error("generator", "inputs are fixed by the operator"); }

  const BoundAlgorithm& bound_algorithm() {
    if (!bound_) bound_ = bind_request(request_, context_.target());
    return *bound_;
  }

  const Halide::GeneratorContext context_;
  KernelRequest request_;
  std::optional<BoundAlgorithm> bound_;
};

const Halide::Internal::RegisterGenerator registered("kernel", [](const Halide::GeneratorContext& context) {
  return std::make_unique<KernelGenerator>(context);
});

}  // namespace
}  // namespace nestwright
