#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace nestwright {

// A temporary file that is to become another one in the same folder. Its name begins with ".nestwright-unfinished-",
// and it is locked as long as this process has it, so that what a killed process left behind can be told from what
// another one is writing.
struct UnfinishedFile {
  std::string path;
  int descriptor = -1;
};

// The path of one in `folder`, with XXXXXX for what tells it from others.
std::string unfinished_path(const std::filesystem::path& folder);

// Makes one in `folder`, which nobody had before. Its descriptor is -1, and errno says why, where that fails.
UnfinishedFile make_unfinished_file(const std::filesystem::path& folder);

// Removes the unfinished files in `folder` that no process writes any more. Only this user's are removed, and only
// regular files: a link of such a name is left alone.
void remove_stale_files(const std::filesystem::path& folder);

// Gives the new file the mode of `replaced`, and its owner and group as far as this process may; where the group can't
// be kept, its members get no more than all others. Without `replaced` the file gets what the umask allows.
void take_over_permissions(int descriptor, const struct stat* replaced);

}  // namespace nestwright
