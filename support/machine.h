#pragma once

#include <cstdint>
#include <string>

namespace nestwright {

// What the system calls the processor, "AMD EPYC 9V74 80-Core Processor"; "unknown" where it does not say.
std::string processor_name();

// The most threads that a program starts. A choice: whoever asks for more has made a mistake.
inline constexpr int most_threads = 1024;

// The number of processors that this process may use: those that it may run on, or as many as a limit of its time
// (processor_quota()) keeps busy, if those are fewer.
std::int64_t processor_count();

// Seconds since this process was started, its loading included, to a hundredth of a second: Linux keeps no finer time.
double seconds_since_process_start();

// The most memory that this process has held so far, in bytes.
std::int64_t peak_memory();

}  // namespace nestwright
