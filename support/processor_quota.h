#pragma once

#include <filesystem>
#include <optional>

namespace nestwright {

// How many processors' time this process may use, where a control group (of a container or a service) limits it: 0.5
// is half of one. The least of its group's limit and those of the groups around it, in version 1 or 2 of Linux's
// control groups; nothing where there is none.
//
// `groups`: the file that names the process's groups; `mounted`: the folder that the groups' own files lie under.
std::optional<double> processor_quota(const std::filesystem::path& groups = "/proc/self/cgroup",
                                      const std::filesystem::path& mounted = "/sys/fs/cgroup");

}  // namespace nestwright
