#include "generators/strict_halide.h"

#include <cstdio>
#include <string>

#include "generators/compile_arguments.h"

namespace nestwright {
namespace {

class StrictReporter : public Halide::CompileTimeErrorReporter {
 public:
  void warning(const char* text) override {
    const std::string message = text;
    if (message.find("guaranteed to fail") == std::string::npos) {
      std::fputs(text, stderr);
      return;
    }
    // The second line holds the assertion: halide_error_access_out_of_bounds("input", 0, 0, ...).
    const std::size_t line = message.find('\n');
    throw Halide::CompileError("it would fail whenever it is called: " +
                               (line == std::string::npos ? message : message.substr(line + 1)));
  }
  [[noreturn]] void error(const char* text) override { throw Halide::CompileError(text); }
};

}  // namespace

void make_halide_strict() {
  static StrictReporter reporter;
  Halide::set_custom_compile_time_error_reporter(&reporter);
}

void require_within_buffers(const BoundAlgorithm& bound, const Halide::Target& target) {
  make_halide_strict();
  const Halide::Target with_asserts =
      target.without_feature(Halide::Target::NoAsserts).without_feature(Halide::Target::NoBoundsQuery);
  Halide::Pipeline(bound.algorithm.outputs).compile_to_module(compile_arguments(bound), "checked", with_asserts);
}

}  // namespace nestwright
