#include "tools/workbench/isolated.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>

#include "generators/scheduling/apply_schedule.h"
#include "support/error.h"

namespace nestwright::workbench {
namespace {

// The size of this process's address space, in bytes (proc(5), statm).
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

// Where report_exhaustion() writes, and the limit that it names. They are global because a new-handler takes no
// arguments; only the child sets them.
int exhausted_pipe_end = -1;
std::int64_t exhausted_limit = 0;

void report_exhaustion() {
  std::array<char, 64> text{};
  const auto end = fmt::format_to_n(text.data(), text.size(), "needs more than {} MB", exhausted_limit >> 20).out;
  const ssize_t written = write(exhausted_pipe_end, text.data(), static_cast<std::size_t>(end - text.data()));
  _exit(written > 0 ? 1 : 2);
}

[[noreturn]] void run_child(const std::function<void()>& step, const IsolationLimits& limits, int pipe_end) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a signal ends the parent at once, and nobody needs the result then
  set_limit(RLIMIT_CPU, limits.cpu_seconds);
  set_limit(RLIMIT_AS, address_space() + limits.more_memory);
  set_limit(RLIMIT_CORE, 0);
  // Otherwise, what a library prints before it ends the process would appear among this program's lines.
  if (const int nowhere = open("/dev/null", O_WRONLY); nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  exhausted_pipe_end = pipe_end;
  exhausted_limit = limits.more_memory;
  // A library may end the process when memory runs out, so the reason is written before it learns of that.
  std::set_new_handler(report_exhaustion);
  std::string complaint;
  try {
    step();
  } catch (const std::exception& error) {
    complaint = first_line(error.what());
  }
  const ssize_t written = write(pipe_end, complaint.data(), complaint.size());
  // _exit() runs no destructors: they would close and delete what the parent still uses.
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
