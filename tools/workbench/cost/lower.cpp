#include "tools/workbench/cost/lower.h"

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/strict_halide.h"
#include "ops/signature/signature.h"
#include "support/error.h"
#include "tools/workbench/cost/read_statement.h"
#include "tools/workbench/cost/vector_registers.h"

namespace nestwright::cost {
namespace {

constexpr std::int64_t page = 4096;   // bytes; a multiple of every cache line
constexpr int gpu_vector_bytes = 16;  // that a thread of a GPU loads or stores at once, at most
constexpr int gpu_registers = 255;    // that a thread of a GPU may have

// Adds the arguments' buffers in the signature's order, with the names that the lowered statement gives them. An output
// that may be written over an input has the input's address, as in training.
void add_arguments(StatementReader& reader, Nest& nest, const BoundAlgorithm& bound, const CallSize& size) {
  const Signature& signature = find_signature(bound.op);
  std::int64_t address = page;
  std::map<std::string, std::int64_t> placed;
  const auto add = [&](const std::string& name, const TensorSpec& spec) {
    Buffer buffer = {.name = name, .element_bytes = static_cast<std::int64_t>(size_in_bytes(spec.type)), .elements = 1};
    for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
      const std::int64_t extent = extent_of(spec.dimensions[d], size);
      reader.bind_field(name, "min", d, 0);
      reader.bind_field(name, "extent", d, extent);
      reader.bind_field(name, "stride", d, buffer.elements);
      buffer.elements *= extent;
    }
    const auto shared = placed.find(spec.in_place_of);
    buffer.address = shared != placed.end() ? shared->second : address;
    placed[spec.name] = buffer.address;
    if (shared == placed.end()) address += (buffer.elements * buffer.element_bytes + page - 1) / page * page;
    reader.add_buffer(buffer);
  };
  std::size_t index = 0;
  for (const TensorSpec& spec : signature.inputs(bound.shape)) {
    const Halide::Parameter& parameter = bound.inputs.at(index++).second;
    if (!spec.is_scalar()) add(parameter.name(), spec);
  }
  const std::vector<TensorSpec> outputs = signature.outputs(bound.shape);
  index = 0;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    for (const Halide::OutputImageParam& buffer : output.output_buffers()) add(buffer.name(), outputs.at(index++));
  }
  nest.body = {};
  reader.set_next_address(address);
}

Nest read_lowered(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size, bool with_gpu) {
  const Halide::Target bare =
      target.with_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  make_halide_strict();
  const Halide::Internal::Stmt statement = Halide::Pipeline(bound.algorithm.outputs)
                                               .compile_to_module(compile_arguments(bound), "explained", bare)
                                               .get_conceptual_stmt();
  Nest nest;
  nest.vector_bytes = with_gpu ? gpu_vector_bytes : target.natural_vector_size<std::uint8_t>();
  nest.vector_registers = with_gpu ? gpu_registers : vector_registers(target);
  StatementReader reader(nest, with_gpu);
  add_arguments(reader, nest, bound, size);
  try {
    reader.read(statement);
  } catch (const Error& error) {
    const dsl::ScheduleNames names = dsl::names_of(pipeline_of(bound));
    throw Error(dsl::in_schedule_words(error.where(), names),
                std::string(error.what()).substr(error.where().size() + 2));
  }
  return nest;
}

}  // namespace

Nest lower(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size) {
  return read_lowered(bound, target, size, /*with_gpu=*/false);
}

Nest lower_for_gpu(const BoundAlgorithm& bound, const Halide::Target& target, const CallSize& size) {
  return read_lowered(bound, target, size, /*with_gpu=*/true);
}

}  // namespace nestwright::cost
