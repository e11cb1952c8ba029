#include "tests/train/program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace nestwright {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

StartedProgram::StartedProgram(const std::vector<std::string>& arguments, const std::vector<std::string>& more,
                               const std::vector<std::string>& through) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("pipe", "cannot be made");
  stdout_ = ends[0];
  const std::string error_file = (home_ / "stderr").string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error_file.c_str(), O_WRONLY | O_CREAT, 0600);

  std::vector<std::string> command = through;
  command.emplace_back(NESTWRIGHT_PROGRAM);
  command.insert(command.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment = {"HOME=" + home_.path().string(),
                                          "NESTWRIGHT_MNIST_MIRRORS=", "PATH=/usr/bin:/bin", "OMP_WAIT_POLICY=passive"};
  // Measured machines are kept where the test says, or with the process.
  const char* const tuning = std::getenv("NESTWRIGHT_TUNING_FOLDER");
  environment.push_back("NESTWRIGHT_TUNING_FOLDER=" +
                        (tuning != nullptr ? std::string(tuning) : (home_ / "tuning").string()));
  if (const char* const ptxas = std::getenv("NESTWRIGHT_PTXAS"); ptxas != nullptr) {
    environment.push_back(std::string("NESTWRIGHT_PTXAS=") + ptxas);
  }
  environment.insert(environment.end(), more.begin(), more.end());
  // Whoever runs the tests may ignore signals, as nohup does.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(&process_, command[0].c_str(), &actions, &attributes, pointers_to(command).data(),
                                 pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) throw Error(command[0], "cannot be started");
}

StartedProgram::~StartedProgram() {
  if (process_ > 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  close(stdout_);
}

bool StartedProgram::read_more() {
  std::array<char, 4096> buffer{};
  const ssize_t count = read(stdout_, buffer.data(), buffer.size());
  if (count <= 0) return false;
  out_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool StartedProgram::wait_for(const std::string& text) {
  while (out_.find(text) == std::string::npos) {
    if (!read_more()) return false;
  }
  return true;
}

void StartedProgram::send(int signal) const { kill(process_, signal); }

ProgramResult StartedProgram::finish() {
  while (read_more()) {
  }
  int state = 0;
  waitpid(process_, &state, 0);
  process_ = -1;
  const Bytes err = read_bytes(home_ / "stderr");
  ProgramResult result = {.out = out_, .err = {err.begin(), err.end()}};
  if (WIFEXITED(state)) result.status = WEXITSTATUS(state);
  if (WIFSIGNALED(state)) result.signal = WTERMSIG(state);
  return result;
}

ProgramResult run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& more,
                          const std::vector<std::string>& through) {
  return StartedProgram(arguments, more, through).finish();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace nestwright
