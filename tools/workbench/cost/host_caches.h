#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/workbench/cost/cache.h"

namespace nestwright::cost {

// Caches of data, the first of three levels first, and who says so.
struct HostCaches {
  std::vector<CacheShape> caches;
  std::string source;  // empty: Linux; else what is to be told, in one line
};

// Those of this machine: what Linux describes below /sys, else what the processor itself does (CPUID), else caches
// that most servers have. Containers and virtual machines often lack the first, some the second.
HostCaches host_caches();

// What Linux describes in `folder`, as /sys/devices/system/cpu/cpu0/cache (its Documentation/ABI/testing/
// sysfs-devices-system-cpu); none where that is not three levels with their sizes and ways.
std::vector<CacheShape> caches_described_in(const std::filesystem::path& folder);

// What CPUID says: leaf 4 on Intel's processors (Software Developer's Manual, volume 2A), leaf 8000001DH on AMD's
// (Programmer's Manual, volume 3, appendix E.4.15); none where that is not three levels.
std::vector<CacheShape> caches_of_processor();

// The first of the two that has any, else the default; `host_caches()` of these.
HostCaches first_known(const std::vector<CacheShape>& of_linux, const std::vector<CacheShape>& of_processor);

}  // namespace nestwright::cost
