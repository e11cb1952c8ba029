#include "tests/legality/bounded_text.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>

#include "support/error.h"

namespace nestwright {
namespace {

constexpr rlim_t most_seconds = 20;             // of processor time: a choice; what is drawn takes a tenth of a second
constexpr unsigned most_waiting_seconds = 300;  // for what waits and computes nothing: a choice, far above any load

[[noreturn]] void run_child(const std::function<std::string()>& step, int pipe_end) {
  const rlimit seconds = {most_seconds, most_seconds}, none = {0, 0};
  setrlimit(RLIMIT_CPU, &seconds);
  setrlimit(RLIMIT_CORE, &none);
  alarm(most_waiting_seconds);
  bool is_good = true;
  std::string text;
  try {
    text = step();
  } catch (const std::exception& error) {
    text = error.what();
    is_good = false;
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t written = write(pipe_end, text.data() + done, text.size() - done);
    if (written <= 0) _exit(2);
    done += static_cast<std::size_t>(written);
  }
  _exit(is_good ? 0 : 1);
}

std::string read_all(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = read(descriptor, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

BoundedText text_of_bounded(const std::function<std::string()>& step) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw Error("pipe", std::strerror(errno));
  const pid_t child = fork();
  if (child < 0) throw Error("fork", std::strerror(errno));
  if (child == 0) run_child(step, ends[1]);
  close(ends[1]);
  const std::string text = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {.text = text, .complaint = {}};
  if (WIFEXITED(status)) return {.text = {}, .complaint = "it throws: " + text};
  const int signal = WTERMSIG(status);
  if (signal == SIGXCPU || signal == SIGKILL) {
    return {.text = {}, .complaint = fmt::format("it takes more than {} s", most_seconds)};
  }
  if (signal == SIGALRM) return {.text = {}, .complaint = fmt::format("it takes {} s", most_waiting_seconds)};
  return {.text = {}, .complaint = fmt::format("it ends with the signal {} ({})", signal, strsignal(signal))};
}

}  // namespace nestwright
