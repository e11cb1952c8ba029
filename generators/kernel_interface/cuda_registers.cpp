#include "generators/kernel_interface/cuda_registers.h"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace nestwright {
namespace {

constexpr const char* variable = "HL_CUDA_JIT_MAX_REGISTERS";

// Sets the variable as long as this object lives, and puts the old value back.
class Cap {
 public:
  explicit Cap(int registers) {
    if (const char* const value = std::getenv(variable); value != nullptr) previous_ = value;
    setenv(variable, std::to_string(registers).c_str(), 1);
  }
  ~Cap() {
    if (previous_) {
      setenv(variable, previous_->c_str(), 1);
    } else {
      unsetenv(variable);
    }
  }
  Cap(const Cap&) = delete;
  Cap& operator=(const Cap&) = delete;

 private:
  std::optional<std::string> previous_;
};

}  // namespace

std::function<int(void**)> with_cuda_registers(std::function<int(void**)> call, int registers) {
  return [call = std::move(call), registers](void** arguments) {
    const Cap cap(registers);
    return call(arguments);
  };
}

}  // namespace nestwright
