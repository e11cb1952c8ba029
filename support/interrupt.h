#pragma once

#include <atomic>

namespace nestwright {

// The exit status of a run that was stopped by Ctrl-C, as shells have it: 128 + SIGINT.
inline constexpr int interrupted_status = 130;

// After this call the first SIGINT (Ctrl-C), SIGTERM or SIGHUP (the terminal is gone) only sets the flag that is
// returned. A second SIGINT or SIGTERM ends the program at once, as the system does by default. A second SIGHUP does
// nothing: terminals and service managers send it twice, or right after SIGTERM, and mean one end. A program that was
// started with SIGHUP ignored, as nohup does, goes on ignoring it.
const std::atomic<bool>& catch_interrupts();

// After this call each of these signals ends the program at once, whatever it is doing, with the status 128 + signal.
// It is for programs that leave nothing unfinished then: what they write into files is whole or not at all.
void end_at_interrupts();

}  // namespace nestwright
