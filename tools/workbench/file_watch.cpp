#include "tools/workbench/file_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "support/error.h"

namespace nestwright::workbench {
namespace {

// How long nothing may touch a saved file before the save is reported: a choice, for an editor's several steps.
constexpr std::chrono::milliseconds quiet_time(50);

// Events after which the file is complete: its writer closed it, or it was moved here. All others only touch it.
constexpr std::uint32_t saving = IN_CLOSE_WRITE | IN_MOVED_TO;
constexpr std::uint32_t touching = saving | IN_CREATE | IN_MODIFY | IN_MOVED_FROM | IN_DELETE;
constexpr std::uint32_t ending = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT;

}  // namespace

FileWatch::FileWatch(const std::filesystem::path& file) {
  std::error_code error;
  file_ = std::filesystem::canonical(file, error);
  if (error) throw Error(file.string(), "cannot be found: " + error.message());
  descriptor_ = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor_ < 0) throw Error(file.string(), std::string("cannot be watched: ") + std::strerror(errno));
  if (inotify_add_watch(descriptor_, file_.parent_path().c_str(), touching | ending) < 0) {
    const std::string reason = std::strerror(errno);
    close(descriptor_);
    throw Error(file_.parent_path().string(), "cannot be watched: " + reason);
  }
}

FileWatch::~FileWatch() { close(descriptor_); }

FileWatch::News FileWatch::read_news() {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  News news;
  for (ssize_t count = 0; (count = read(descriptor_, buffer.data(), buffer.size())) > 0;) {
    for (const char* at = buffer.data(); at < buffer.data() + count;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      if ((event->mask & ending) != 0) throw Error(file_.parent_path().string(), "is gone; there is nothing to watch");
      // The queue was full, so events were lost; a save of the file may be one of them.
      const bool is_lost = (event->mask & IN_Q_OVERFLOW) != 0;
      if (!is_lost && (event->len == 0 || file_.filename() != event->name)) continue;
      news.is_touched = true;
      news.is_saved = news.is_saved || is_lost || (event->mask & saving) != 0;
    }
  }
  return news;
}

bool FileWatch::wait_for_save() {
  using Clock = std::chrono::steady_clock;
  bool is_touched = false, is_saved = false;
  Clock::time_point quiet_from;
  while (true) {
    // Only events of this file move quiet_from, so changes of other files in the folder do not delay the report.
    if (is_touched && Clock::now() >= quiet_from) {
      std::error_code error;
      const bool was_gone = is_gone_;
      is_gone_ = !std::filesystem::is_regular_file(file_, error);
      if (is_gone_ && !was_gone) return false;
      if (!is_gone_ && is_saved) return true;
      is_touched = is_saved = false;  // it is being written, or was moved or deleted since: wait for a save
    }
    const int wait =
        is_touched ? static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(quiet_from - Clock::now()).count())
                   : -1;  // until something happens
    pollfd waiting{.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, wait);
    if (ready < 0 && errno != EINTR) {
      throw Error(file_.string(), std::string("cannot be watched any more: ") + std::strerror(errno));
    }
    if (ready <= 0) continue;
    const News news = read_news();
    is_touched = is_touched || news.is_touched;
    is_saved = is_saved || news.is_saved;
    if (news.is_touched) quiet_from = Clock::now() + quiet_time;
  }
}

}  // namespace nestwright::workbench
