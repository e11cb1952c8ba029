#include "bench/candidates/watched_process.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <thread>

#include "support/error.h"
#include "support/message.h"

namespace nestwright::bench {
namespace {

constexpr int gave_up = 3;  // the exit status of give_up(): one that nothing else here ends with
// How often the watcher looks for the process's end: often enough beside the seconds that a candidate may take.
constexpr std::chrono::milliseconds between_looks{20};

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Unmap {
  void operator()(Progress* progress) const { munmap(progress, sizeof(Progress)); }
};

// A progress in memory that a forked process shares with this one.
std::unique_ptr<Progress, Unmap> shared_progress() {
  void* const memory = mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error("candidates", "no memory can be shared with a process");
  return std::unique_ptr<Progress, Unmap>(new (memory) Progress);
}

[[noreturn]] void work_and_exit(const std::function<void(Progress&)>& work, Progress& progress, pid_t watcher) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != watcher) _exit(1);  // the watcher ended before prctl() was called
  int status = 0;
  try {
    work(progress);
  } catch (const std::exception& error) {
    say(printable_complaint(error.what()));
    status = 1;
  }
  std::fflush(nullptr);
  _exit(status);
}

Fault fault_of(const Progress& progress, const std::string& complaint) {
  Fault fault = progress.fault();
  fault.complaint = complaint;
  return fault;
}

Ending ending_of(int state, const Progress& progress) {
  if (WIFEXITED(state)) {
    if (WEXITSTATUS(state) == gave_up) return {.fault = progress.fault()};
    return {.status = WEXITSTATUS(state)};
  }
  const std::string complaint = fmt::format("SIG{} ended the program", sigabbrev_np(WTERMSIG(state)));
  if (progress.seconds() > 0.0) return {.fault = fault_of(progress, complaint)};
  say(fmt::format("candidates: {} between two candidates", complaint));
  return {.status = 1};
}

}  // namespace

void Progress::begin(std::size_t kernel, std::size_t candidate) noexcept {
  kernel_ = kernel;
  candidate_ = candidate;
  began_ = now();
}

void Progress::end() noexcept { began_ = 0; }

void Progress::give_up(const std::string& complaint) noexcept {
  const std::size_t length = std::min(complaint.size(), sizeof(complaint_) - 1);
  std::memcpy(complaint_, complaint.data(), length);
  complaint_[length] = '\0';
  std::fflush(nullptr);
  _exit(gave_up);
}

double Progress::seconds() const noexcept {
  const std::int64_t began = began_;
  return began == 0 ? 0.0 : 1e-9 * static_cast<double>(now() - began);
}

Fault Progress::fault() const { return {.kernel = kernel_, .candidate = candidate_, .complaint = complaint_}; }

Ending run_watched(const std::function<void(Progress&)>& work, double most_seconds) {
  const std::unique_ptr<Progress, Unmap> progress = shared_progress();
  std::fflush(nullptr);  // or both processes would print what is still buffered
  const pid_t watcher = getpid();
  const pid_t process = fork();
  if (process < 0) throw Error("candidates", "no process can be started");
  if (process == 0) work_and_exit(work, *progress, watcher);
  int state = 0;
  while (waitpid(process, &state, WNOHANG) == 0) {
    if (progress->seconds() > most_seconds) {
      kill(process, SIGKILL);
      waitpid(process, &state, 0);
      return {.fault = fault_of(*progress, fmt::format("did not end in {:g} s", most_seconds))};
    }
    std::this_thread::sleep_for(between_looks);
  }
  return ending_of(state, *progress);
}

}  // namespace nestwright::bench
