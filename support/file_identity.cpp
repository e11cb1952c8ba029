#include "support/file_identity.h"

#include <sys/stat.h>

#include <system_error>

#include "support/error.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

// As many symbolic links as Linux itself follows (path_resolution(7)).
constexpr int most_links = 40;

// Where a file that does not exist would be made; empty where that can't be told.
fs::path place_of(const fs::path& path) {
  std::error_code error;
  try {
    const fs::path target = follow_links(path);
    const fs::path folder = fs::canonical(folder_of(target), error);
    return error ? fs::path() : folder / target.filename();
  } catch (const Error&) {
    return {};  // a path that can't be followed is no file
  }
}

}  // namespace

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

fs::path follow_links(const fs::path& path) {
  fs::path target = path;
  for (int links = 0; links < most_links; ++links) {
    std::error_code error;
    const fs::path next = fs::read_symlink(target, error);
    if (error) return target;
    target = next.is_absolute() ? next : folder_of(target) / next;
  }
  throw Error(path.string(), "too many symbolic links");
}

bool name_same_file(const fs::path& path, const fs::path& other) {
  if (path.empty() || other.empty()) return false;
  struct stat one {
  }, two{};
  const bool exists = ::stat(path.c_str(), &one) == 0, other_exists = ::stat(other.c_str(), &two) == 0;
  if (exists && other_exists) return one.st_dev == two.st_dev && one.st_ino == two.st_ino;
  if (exists || other_exists) return false;
  const fs::path place = place_of(path);
  return !place.empty() && place == place_of(other);
}

}  // namespace nestwright
