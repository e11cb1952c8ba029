#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nestwright {

// A file that a command reads.
struct InputFile {
  std::string name;            // what names it: "--resume", "FILE", "the data"
  std::filesystem::path path;  // empty: none was named
};

// How a command writes a file.
enum class Writing {
  replaced,  // as a whole, by another file
  extended,  // by lines at its end
  kept,      // as a whole, where that is possible: what it holds is only there to be faster the next time
};

// A file that a command writes.
struct OutputFile {
  std::string name;
  std::filesystem::path path;
  bool may_be_stream = true;   // false where the command reads it, too: a checkpoint, records
  std::string continues = {};  // the name of the one input that it may replace: the state that a run goes on from
  Writing writing = Writing::replaced;
};

// All files of a command, so that one place knows them.
struct FileUses {
  std::vector<InputFile> inputs;
  std::vector<OutputFile> outputs;
};

// To be called before any work: throws Error (where: the output's name) for an output that can't be written, unless it
// is only kept, and for one that is also another output or an input, which would be destroyed.
void require_separate_files(const FileUses& uses);

}  // namespace nestwright
