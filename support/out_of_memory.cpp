#include "support/out_of_memory.h"

#include <unistd.h>

#include <atomic>
#include <exception>
#include <new>
#include <string_view>

namespace nestwright {
namespace {

std::terminate_handler terminate_before = nullptr;

bool is_out_of_memory() noexcept {
  if (std::current_exception() == nullptr) return false;
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return true;
  } catch (...) {
    return false;
  }
}

// Where nothing catches the exception: in a thread, or before main(), while libraries prepare themselves.
void end_uncaught() {
  if (is_out_of_memory()) end_out_of_memory();
  terminate_before();
}

void catch_before_main(int, char**, char**) { terminate_before = std::set_terminate(end_uncaught); }

// The program's functions of this section run before any library's: Halide allocates when it is loaded.
[[gnu::section(".preinit_array"), gnu::used]] void (*const run_before_libraries)(int, char**,
                                                                                 char**) = catch_before_main;

}  // namespace

void say_out_of_memory() noexcept {
  constexpr std::string_view line = "nestwright: out of memory\n";
  // Whether it succeeds nobody can be told.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void end_out_of_memory() noexcept {
  static std::atomic_flag is_ending;
  while (is_ending.test_and_set()) ::pause();  // another thread says it, and ends them all
  say_out_of_memory();
  ::_exit(1);
}

}  // namespace nestwright
