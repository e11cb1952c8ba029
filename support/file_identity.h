#pragma once

#include <filesystem>

namespace nestwright {

// The folder that the file `path` is in, or would be in.
std::filesystem::path folder_of(const std::filesystem::path& path);

// Where a chain of symbolic links at `path` ends. Throws Error (where: `path`) where it does not end.
std::filesystem::path follow_links(const std::filesystem::path& path);

// Whether two paths name one file, however they are spelled and whatever links they go through. Files that exist are
// compared by device and inode, others by their folder and their name. An empty path names no file.
bool name_same_file(const std::filesystem::path& path, const std::filesystem::path& other);

}  // namespace nestwright
