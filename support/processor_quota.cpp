#include "support/processor_quota.h"

#include <array>
#include <fstream>
#include <sstream>
#include <string>

namespace nestwright {
namespace {

namespace fs = std::filesystem;

// The first two numbers of a group's file, or of two files; nothing where they aren't there, or are no limit ("max" in
// version 2, -1 in version 1).
std::optional<double> ratio(std::istream&& quota_and_period) {
  double quota = 0.0;
  double period = 0.0;
  if (!(quota_and_period >> quota >> period) || quota <= 0.0 || period <= 0.0) return std::nullopt;
  return quota / period;
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::optional<double> limit_in(const fs::path& folder) {
  if (const auto limit = ratio(std::ifstream(folder / "cpu.max"))) return limit;
  return ratio(std::istringstream(text_of(folder / "cpu.cfs_quota_us") + " " + text_of(folder / "cpu.cfs_period_us")));
}

// The least limit of the group `path` and those around it, whose folders lie in `root`. Within a container the path may
// be the one outside, of which `root` has only the end or nothing; its own limit then lies in `root` itself.
std::optional<double> least_limit(const fs::path& root, fs::path path) {
  std::optional<double> least;
  for (path = path.relative_path();; path = path.parent_path()) {
    const auto limit = limit_in(root / path);
    if (limit && (!least || *limit < *least)) least = limit;
    if (path.empty()) return least;
  }
}

bool names_cpu(const std::string& controllers) {
  std::istringstream list(controllers);
  for (std::string name; std::getline(list, name, ',');) {
    if (name == "cpu") return true;
  }
  return false;
}

}  // namespace

std::optional<double> processor_quota(const fs::path& groups, const fs::path& mounted) {
  std::ifstream file(groups);
  std::optional<double> least;
  // A line is "number:controllers:path" (cgroups(7)); version 2's has no controllers.
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && !names_cpu(controllers)) continue;
    // Where systems mount them: version 2 by itself or beside version 1, and version 1's controllers.
    const bool is_version_2 = controllers.empty();
    const std::array<fs::path, 2> roots = {mounted / controllers, mounted / (is_version_2 ? "unified" : "cpu")};
    for (const fs::path& root : roots) {
      const auto limit = least_limit(root, line.substr(second + 1));
      if (limit && (!least || *limit < *least)) least = limit;
    }
  }
  return least;
}

}  // namespace nestwright
