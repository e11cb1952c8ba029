#include "workbench/isolated.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>

#include "error/error.h"
#include "generators/apply_schedule.h"

namespace nestwright::workbench {
namespace {

// Of this process, in bytes (proc(5), statm).
std::int64_t address_space() {
  std::ifstream file("/proc/self/statm");
  std::int64_t pages = 0;
  file >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

void set_limit(decltype(RLIMIT_CPU) resource, std::int64_t most) {
  const rlimit limit = {static_cast<rlim_t>(most), static_cast<rlim_t>(most)};
  setrlimit(resource, &limit);
}

[[noreturn]] void run_child(const std::function<void()>& step, const IsolationLimits& limits, int pipe_end) {
  set_limit(RLIMIT_CPU, limits.cpu_seconds);
  set_limit(RLIMIT_AS, address_space() + limits.more_memory);
  set_limit(RLIMIT_CORE, 0);
  std::string complaint;
  try {
    step();
  } catch (const std::bad_alloc&) {
    complaint = fmt::format("needs more than {} MB", limits.more_memory >> 20);
  } catch (const std::exception& error) {
    complaint = first_line(error.what());
  }
  const ssize_t written = write(pipe_end, complaint.data(), complaint.size());
  // No destructors: what they would end is the parent's.
  _exit(complaint.empty() && written == 0 ? 0 : 1);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 1024> buffer{};
  for (ssize_t count = 0; (count = read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

std::string complaint_in_isolation(const std::function<void()>& step, const IsolationLimits& limits) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw Error("pipe", std::strerror(errno));
  const pid_t child = fork();
  if (child < 0) throw Error("fork", std::strerror(errno));
  if (child == 0) run_child(step, limits, ends[1]);
  close(ends[1]);
  std::string complaint = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU || signal == SIGKILL) return fmt::format("has not ended after {} s", limits.cpu_seconds);
    return fmt::format("ends with the signal {} ({})", signal, strsignal(signal));
  }
  return complaint.empty() ? "ended the process" : complaint;
}

}  // namespace nestwright::workbench
