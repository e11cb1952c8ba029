#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nestwright::tune {

// What a file of records holds. The last line may lack its end, because someone wrote it by hand, or because the
// process that wrote it, or the disk's space, ended.
struct RecordLines {
  std::vector<std::string> lines;
  std::string open_end;
};

// Reads the file; where there is none, it has no lines. Throws Error.
RecordLines read_lines(const std::filesystem::path& file);

// Adds the line at the file's end, and makes the file where there is none. All of it is written, or nothing. Several
// processes may do this at the same time. `keeps` says of an open end whether it is a line, which then gets its end, or
// whether it is to be cut off; it may throw. Throws Error.
void append_line(const std::filesystem::path& file, std::string_view line,
                 const std::function<bool(const std::string& open_end)>& keeps);

}  // namespace nestwright::tune
