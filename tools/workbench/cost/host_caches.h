#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/workbench/cost/cache.h"

namespace nestwright::cost {

// The three levels of data caches, the first level first, and where their sizes come from.
struct HostCaches {
  std::vector<CacheShape> caches;
  // Empty where Linux describes them; otherwise a line for the user that says where the sizes come from.
  std::string source;
};

// This machine's caches: as Linux describes them below /sys, otherwise as the processor describes them (CPUID),
// otherwise caches as most servers have them. Containers and virtual machines often lack the first description, and
// some the second.
HostCaches host_caches();

// The caches that `folder` describes, which has the form of Linux's /sys/devices/system/cpu/cpu0/cache
// (Documentation/ABI/testing/sysfs-devices-system-cpu). None where these are not three levels with sizes and ways.
std::vector<CacheShape> caches_described_in(const std::filesystem::path& folder);

// The caches that CPUID describes: in leaf 4 on Intel's processors (Software Developer's Manual, volume 2A), in leaf
// 8000001DH on AMD's (Programmer's Manual, volume 3, appendix E.4.15). None where these are not three levels.
std::vector<CacheShape> caches_of_processor();

// What host_caches() returns where these are the two descriptions: the first of them that has caches, otherwise the
// default.
HostCaches first_known(const std::vector<CacheShape>& of_linux, const std::vector<CacheShape>& of_processor);

}  // namespace nestwright::cost
