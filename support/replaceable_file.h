#pragma once

#include <filesystem>
#include <string>

namespace nestwright {

// Throws Error (where: `shown`) unless a new file may take the place of the file `target`, or be made there, by a
// rename within its folder. `target` is no symbolic link. It says what no mode shows, too: a folder with the sticky
// bit, files and folders that chattr has made immutable, and mount points.
void require_replaceable(const std::filesystem::path& target, const std::string& shown);

// Throws Error (where: `shown`) unless something may be written at the end of the file `target`, or a file may be made
// there. That takes less than replacing it.
void require_extendable(const std::filesystem::path& target, const std::string& shown);

}  // namespace nestwright
