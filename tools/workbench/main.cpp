#include "tools/workbench/command.h"
#include "tools/workbench/run_on_halide.h"

namespace nestwright::workbench {
namespace {

constexpr Command commands[] = {
#define COMMAND(name, summary) {#name, summary, &add_##name},
#include "tools/workbench/commands.inc"
#undef COMMAND
};

}  // namespace
}  // namespace nestwright::workbench

int main(int argc, char** argv) {
  CLI::App app("Nestwright's workbench: write schedules, and know whether they are legal, right and fast",
               "nestwright");
  return nestwright::run_program(argc, argv, app, nestwright::workbench::commands,
                                 nestwright::workbench::run_on_halide);
}
