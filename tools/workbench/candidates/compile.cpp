#include "tools/workbench/candidates/compile.h"

#include <fmt/format.h>

#include <fstream>
#include <vector>

#include "generators/scheduling/apply_schedule.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/compile_arguments.h"
#include "generators/scheduling/lowering_refusal.h"
#include "generators/scheduling/strict_halide.h"
#include "support/error.h"
#include "support/temporary_folder.h"

namespace nestwright::bench {
namespace {

void compile(const CandidateTable& table, const Candidate& candidate, const Halide::Target& target,
             const std::filesystem::path& object) {
  const BoundAlgorithm bound =
      bind_algorithm(table.key.op, table.key.algorithm, Shape::parse(table.key.shape), block_stride_of(target));
  const ScheduleSource schedule = {.file = table.source, .text = table.schedule, .parameters = candidate.parameters};
  make_halide_strict();
  apply_schedule(bound, schedule, target);
  try {
    checked_pipeline(bound).compile_to({{Halide::OutputFileType::object, object.string()}}, compile_arguments(bound),
                                       candidate.function, target);
  } catch (const Halide::Error& error) {
    throw lowering_refusal(bound, schedule, target, error.what());
  }
}

std::string source_of(const CandidateTable& table, const std::string& name) {
  std::string declarations, functions;
  for (const Candidate& candidate : table.candidates) {
    declarations += fmt::format("int {}_argv(void** arguments);\n", candidate.function);
    functions += fmt::format("          &{}_argv,\n", candidate.function);
  }
  return fmt::format(
      "#include \"bench/candidates/compiled_candidates.h\"\n\nextern \"C\" {{\n{0}}}\n\n"
      "namespace nestwright::bench {{\n\nCompiledCandidates {1}_candidates();\n\n"
      "CompiledCandidates {1}_candidates() {{\n  return {{.json = R\"json({2})json\", .functions = {{\n{3}}}}};\n}}\n\n"
      "}}  // namespace nestwright::bench\n",
      declarations, name, to_json(table), functions);
}

}  // namespace

void compile_candidates(const CandidateTable& table, const Halide::Target& target, const std::filesystem::path& folder,
                        const std::string& name) {
  const TemporaryFolder objects;
  std::vector<std::string> files;
  for (const Candidate& candidate : table.candidates) {
    files.push_back((objects.path() / (candidate.function + ".o")).string());
    compile(table, candidate, target, files.back());
  }
  std::filesystem::create_directories(folder);
  Halide::create_static_library(files, target, (folder / (name + ".a")).string());
  std::ofstream source(folder / (name + ".cpp"), std::ios::binary);
  source << source_of(table, name);
  if (!source.flush()) throw Error((folder / (name + ".cpp")).string(), "cannot be written");
}

}  // namespace nestwright::bench
