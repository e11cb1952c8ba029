#include "generators/kernel_interface/kernel_error.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace nestwright {
namespace {

std::mutex mutex;
// An array of a fixed size and no std::string, since a kernel's error handler must not throw; the size is a choice, and
// a longer message is cut.
constexpr std::size_t longest_message = 512;  // bytes, with the final 0
std::array<char, longest_message> last_message{};

}  // namespace

void record_kernel_error(const char* message) noexcept {
  const std::lock_guard lock(mutex);
  const std::size_t length = std::min(std::strlen(message), last_message.size() - 1);
  std::copy_n(message, length, last_message.begin());
  last_message[length] = '\0';
}

std::string take_kernel_error() {
  const std::lock_guard lock(mutex);
  std::string message = last_message.data();
  last_message[0] = '\0';
  std::ranges::replace(message, '\n', ' ');
  const std::size_t end = message.find_last_not_of(' ');
  message.resize(end == std::string::npos ? 0 : end + 1);
  return message;
}

}  // namespace nestwright
