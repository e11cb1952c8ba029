#include "support/machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>

#include "support/processor_quota.h"

namespace nestwright {
namespace {

double seconds_on(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// When this process was started, in seconds since the machine was booted: field 22 of /proc/self/stat, in clock ticks
// (proc(5)). Field 2, the program's name, is in parentheses and may have spaces, so fields are counted after it. Where
// there is no such file, the present time.
double process_start() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return seconds_on(CLOCK_BOOTTIME);
  std::istringstream fields(text.substr(end_of_name + 1));
  std::string field;
  for (int i = 3; i <= 21; ++i) fields >> field;
  double ticks = 0.0;
  if (!(fields >> ticks)) return seconds_on(CLOCK_BOOTTIME);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::int64_t eligible_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) == 0) return CPU_COUNT(&set);
  return sysconf(_SC_NPROCESSORS_ONLN);
}

}  // namespace

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::int64_t processor_count() {
  const auto quota = processor_quota();
  const std::int64_t eligible = eligible_processors();
  if (!quota || *quota >= static_cast<double>(eligible)) return eligible;
  return static_cast<std::int64_t>(std::ceil(*quota));
}

double seconds_since_process_start() {
  static const double start = process_start();
  return seconds_on(CLOCK_BOOTTIME) - start;
}

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{1024} * usage.ru_maxrss;  // which is in kilobytes
}

}  // namespace nestwright
