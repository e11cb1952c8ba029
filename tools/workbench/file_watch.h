#pragma once

#include <filesystem>
#include <string>

namespace nestwright::workbench {

// Tells when a file was saved: when it was written, or when another file was moved into its place, as many editors
// save. It watches the file's folder (with Linux's inotify).
class FileWatch {
 public:
  // Throws Error where the folder can't be watched. A symbolic link stands for the file that it leads to.
  explicit FileWatch(const std::filesystem::path& file);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Waits until the file has been saved and nothing has touched it for 50 ms, so that the several steps of an editor
  // count as one save. A save since the last call counts, too. Returns false once where the file is no file any more:
  // gone, or a folder, a pipe; the next call waits for it to be back. Throws Error when the folder is removed or moved.
  bool wait_for_save();

 private:
  // What the events in the system's queue say of the file.
  struct News {
    bool is_touched = false;
    bool is_saved = false;
  };
  // Empties the queue. Throws Error when the folder is removed or moved.
  News read_news();

  std::filesystem::path file_;
  int descriptor_ = -1;
  bool is_gone_ = false;
};

}  // namespace nestwright::workbench
