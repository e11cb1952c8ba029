#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace nestwright {

// A temporary file that is to become another one in the same folder. Its name is ".nestwright-unfinished-" and 16
// hexadecimal digits, and it is locked as long as this process has it, so that what a killed process left behind can be
// told from what another one is writing, and from a user's file.
struct UnfinishedFile {
  std::string path;
  int descriptor = -1;
};

// The path of one in `folder`: another one at each call.
std::string unfinished_path(const std::filesystem::path& folder);

// Makes one in `folder`, which nobody had before. Its descriptor is -1, and errno says why, where that fails.
UnfinishedFile make_unfinished_file(const std::filesystem::path& folder);

// Removes the unfinished files in `folder` that no process writes any more. Only this user's are removed, and only
// regular files of exactly such a name: a link of that name, or a user's notes on what is unfinished, are left alone.
void remove_stale_files(const std::filesystem::path& folder);

// Gives the new file the mode of `replaced`, and its owner and group as far as this process may; where the group can't
// be kept, its members get no more than all others. Without `replaced` the file gets what the umask allows.
void take_over_permissions(int descriptor, const struct stat* replaced);

}  // namespace nestwright
