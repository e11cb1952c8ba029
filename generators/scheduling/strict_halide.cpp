#include "generators/scheduling/strict_halide.h"

#include <Halide.h>

#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nestwright {
namespace {

class StrictReporter : public Halide::CompileTimeErrorReporter {
 public:
  void warning(const char* text) override {
    const std::string message = text;
    // That a stage is kept whole where a part would do costs memory, which `explain` shows; autoschedulers cause it.
    if (message.find("Not folding") != std::string::npos) return;
    // An assertion that can't hold may stand in a branch that is never taken; evaluate_checks() knows.
    if (message.find("guaranteed to fail") != std::string::npos) return;
    const std::lock_guard lock(mutex_);
    warnings_.push_back(message);
  }
  [[noreturn]] void error(const char* text) override {
    // Halide lowers on a stack of its own, and protects its ends even where it got none.
    if (std::string_view(text).find("mprotect failed") != std::string_view::npos) throw std::bad_alloc();
    throw Halide::CompileError(text);
  }

  std::vector<std::string> take_warnings() {
    const std::lock_guard lock(mutex_);
    return std::exchange(warnings_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> warnings_;
};

StrictReporter& reporter() {
  static StrictReporter instance;
  return instance;
}

}  // namespace

std::vector<std::string> take_halide_warnings() { return reporter().take_warnings(); }

void make_halide_strict() {
  Halide::set_custom_compile_time_error_reporter(&reporter());
  static_cast<void>(take_halide_warnings());
#if defined(__SANITIZE_ADDRESS__)
  // AddressSanitizer loses track of the stack that Halide lowers on when an exception leaves it.
  Halide::set_compiler_stack_size(0);
#endif
}

}  // namespace nestwright
