#include "support/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "support/error.h"

namespace nestwright {

void prepare_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free descriptor is this one, because those below it are open. To a folder nothing can be written, so
    // that results which nobody can get are an error; that an error can't be told is none.
    const bool is_output = stream == STDOUT_FILENO;
    const char* const stand_in = is_output ? "/" : "/dev/null";
    if (::open(stand_in, is_output ? O_RDONLY | O_DIRECTORY : O_RDWR) < 0) {
      throw Error(stand_in, "cannot be opened, to stand for a closed stream");
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void flush_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  if (errno == EPIPE) throw ReaderGone();
  throw Error("standard output", errno == 0 ? "can't be written: is the disk full?"
                                            : "can't be written: " + std::generic_category().message(errno));
}

bool can_redraw(int descriptor) {
  const char* const terminal = std::getenv("TERM");
  const bool is_dumb = terminal == nullptr || *terminal == '\0' || std::string_view(terminal) == "dumb";
  return ::isatty(descriptor) == 1 && !is_dumb;
}

}  // namespace nestwright
