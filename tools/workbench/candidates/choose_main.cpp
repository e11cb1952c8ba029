// Chooses the schedules of one of lenet5's kernels that are worth timing on a GPU, and compiles them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "support/options.h"
#include "support/program.h"
#include "tools/workbench/candidates/choose.h"
#include "tools/workbench/candidates/compile.h"
#include "tools/workbench/run_on_halide.h"

namespace nestwright::bench {
namespace {

// The target for which the shipped CUDA kernels are compiled.
Halide::Target as_shipped(Halide::Target target) {
  for (const auto feature : {Halide::Target::NoBoundsQuery, Halide::Target::NoRuntime}) {
    target.set_feature(feature);
  }
  return target;
}

void run(const Choice& choice, const std::string& folder, const std::string& name) {
  const CandidateTable table = choose(choice);
  for (const Candidate& candidate : table.candidates) {
    fmt::print("{} {}: {}, {} registers, estimated {:.2f}\n", choice.op, choice.layer, to_string(candidate),
               candidate.registers, candidate.estimate);
  }
  compile_candidates(table, as_shipped(choice.target), folder, name);
}

}  // namespace
}  // namespace nestwright::bench

int main(int argc, char** argv) {
  CLI::App app("Chooses and compiles schedules of a kernel of lenet5 to be timed on a GPU",
               "nestwright-choose-candidates");
  nestwright::bench::Choice choice;
  std::string target, folder, name;
  app.add_option("--op", choice.op, "the operator")->required();
  app.add_option("--layer", choice.layer, "its layer")->required();
  app.add_option("--target", target, "Halide's target, with CUDA")->required();
  app.add_option("--out", folder, "where NAME.a and NAME.cpp are written")->required();
  app.add_option("--name", name, "NAME")->required();
  auto most = static_cast<std::int64_t>(choice.most), looked_at = static_cast<std::int64_t>(choice.looked_at);
  nestwright::add_integer(app, "--most", most, 1, 10000, "candidates, at most [40]");
  nestwright::add_integer(app, "--look-at", looked_at, 1, 1000000,
                          "sets of parameters that are ranked by their loops [200]");
  const auto start = [&] {
    choice.target = Halide::Target(target);
    choice.most = static_cast<std::size_t>(most);
    choice.looked_at = static_cast<std::size_t>(looked_at);
    nestwright::bench::run(choice, folder, name);
    return 0;
  };
  return nestwright::run_program(argc, argv, app, [&] { return nestwright::workbench::run_on_halide(start); });
}
