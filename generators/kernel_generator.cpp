#include <Halide.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "generators/records/recorded_schedule.h"
#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/bound_algorithm.h"
#include "generators/scheduling/strict_halide.h"
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

// "name:value,name:value" (Halide's command line leaves no other use for '=' and spaces) as a shape.
Shape parse_shape(std::string text) {
  std::replace(text.begin(), text.end(), ':', '=');
  return Shape::parse(text);
}

std::map<std::string, int> parse_parameters(const std::string& text) {
  std::map<std::string, int> parameters;
  if (text.empty()) return parameters;
  const Shape values = parse_shape(text);
  for (const auto& [name, value] : values.entries()) parameters[name] = static_cast<int>(value);
  return parameters;
}

// Halide's view of any operator with any schedule: the generator parameters op, algorithm, shape, schedule (a .nest
// file) and tune say which. With records (a file of `nestwright tune`), the fastest schedule recorded for this
// processor, or for CUDA the device that gpu names, takes that schedule's place, where there is one.
class KernelGenerator : public Halide::Internal::AbstractGenerator {
 public:
  explicit KernelGenerator(const Halide::GeneratorContext& context) : context_(context) {}

  std::string name() override { return "kernel"; }
  Halide::GeneratorContext context() const override { return context_; }

  std::vector<ArgInfo> arginfos() override {
    const BoundAlgorithm& bound = this->bound();
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
    parameters_[name] = value;
  }
  void set_generatorparam_value(const std::string& name, const Halide::LoopLevel&) override {
    throw Error("generator", fmt::format("parameter '{}' takes no loop level", name));
  }

  Halide::Pipeline build_pipeline() override {
    const BoundAlgorithm& bound = this->bound();
    const ScheduleSource schedule = chosen_schedule(bound);
    apply_schedule(bound, schedule, context_.target());
    try {
      require_within_buffers(bound, context_.target());
    } catch (const Halide::Error& error) {
      throw Error(schedule.file, first_line(error.what()));
    }
    return checked_pipeline(bound);
  }

  std::vector<Halide::Parameter> input_parameter(const std::string& name) override {
    for (const auto& [input, parameter] : bound().inputs) {
      if (input == name) return {parameter};
    }
    return {};
  }

  std::vector<Func> output_func(const std::string& name) override {
    for (const Func& output : bound().algorithm.outputs) {
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

  std::string parameter(const std::string& name) const {
    const auto found = parameters_.find(name);
    return found == parameters_.end() ? std::string() : found->second;
  }

  ScheduleSource chosen_schedule(const BoundAlgorithm& bound) const {
    const std::string file = parameter("records");
    if (!file.empty()) {
      const std::string kernel = fmt::format("{} {} [{}]", bound.op, bound.algorithm_name, bound.shape.text());
      const auto best = tune::recorded_winner(file, bound, context_.target(), parameter("gpu"));
      if (best) {
        fmt::print(stderr, "{}: takes the record of {} ({}, {:.4g} us for {} images)\n", kernel, file, best->source,
                   1e6 * best->seconds, best->batch);
        return tune::schedule_of(*best, file);
      }
      fmt::print(stderr, "{}: no record in {} for this {} and target; takes {}\n", kernel, file,
                 context_.target().has_gpu_feature() ? "gpu (" + parameter("gpu") + ")" : "processor",
                 parameter("schedule"));
    }
    ScheduleSource schedule = read_schedule(parameter("schedule"));
    schedule.parameters = parse_parameters(parameter("tune"));
    return schedule;
  }

  const BoundAlgorithm& bound() {
    if (!bound_) {
      const std::string algorithm = parameter("algorithm");
      bound_ = bind_algorithm(parameter("op"),
                              algorithm.empty() ? algorithm_of(read_schedule(parameter("schedule"))) : algorithm,
                              parse_shape(parameter("shape")), block_stride_of(context_.target()));
    }
    return *bound_;
  }

  const Halide::GeneratorContext context_;
  std::map<std::string, std::string> parameters_;
  std::optional<BoundAlgorithm> bound_;
};

const Halide::Internal::RegisterGenerator registered("kernel", [](const Halide::GeneratorContext& context) {
  return std::make_unique<KernelGenerator>(context);
});

}  // namespace
}  // namespace nestwright
