#include "generators/generated_kernels.h"
#include "model/runtime/halide_on_openmp.h"
#include "tools/train/command.h"

namespace nestwright {
namespace {

constexpr Command commands[] = {
#define COMMAND(name, summary) {#name, summary, &add_##name},
#include "tools/train/commands.inc"
#undef COMMAND
};

int with_kernels(const std::function<int()>& start) {
  run_halide_on_openmp();
  register_generated_kernels(ahead_of_time_kernels());
  return start();
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  CLI::App app("Nestwright: train LeNet on kernels generated from loop-nest schedules", "nestwright");
  return nestwright::run_program(argc, argv, app, nestwright::commands, nestwright::with_kernels);
}
