#include "support/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace nestwright {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch nothing else");

// Restores the system's own handling of the two signals that people send, so that the second one ends the program.
void on_signal(int) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGHUP, SIG_IGN);
}

// Touches nothing that the program may be in the midst of; no destructor runs.
void end_on_signal(int signal) { _exit(128 + signal); }

bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void handle_interrupts(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  // A second signal waits until the first is dealt with, and then finds what that one set.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&action.sa_mask, signal);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  if (!is_ignored(SIGHUP)) sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

const std::atomic<bool>& catch_interrupts() {
  handle_interrupts(&on_signal);
  return interrupted;
}

void end_at_interrupts() { handle_interrupts(&end_on_signal); }

}  // namespace nestwright
