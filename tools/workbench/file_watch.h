#pragma once

#include <atomic>
#include <filesystem>
#include <string>

namespace nestwright::workbench {

// Says when a file was saved, whether it was written over or another one took its place, as many editors do it: watches
// the file's folder (Linux's inotify).
class FileWatch {
 public:
  // Throws Error where the folder can't be watched. A symbolic link stands for the file that it leads to.
  explicit FileWatch(const std::filesystem::path& file);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Waits until the file has been saved and nothing has touched it for 50 ms, so that what an editor does in several
  // steps is one save; saves since the last call count, too. False as soon as `stop` is set. Throws Error when the
  // folder goes.
  bool wait_for_save(const std::atomic<bool>& stop);

 private:
  // What one reading of the system's queue says of the file.
  struct News {
    bool is_touched = false;
    bool is_saved = false;
  };
  News read_news();

  std::filesystem::path file_;
  int descriptor_ = -1;
};

}  // namespace nestwright::workbench
