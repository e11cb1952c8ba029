#pragma once

#include <exception>

namespace nestwright {

// The exit status of a program whose reader is gone (`nestwright kernels | head`), as shells have it: 128 + SIGPIPE.
inline constexpr int reader_gone_status = 141;

// Thrown where something was written to a pipe that nobody reads any more. It is no Error: a program then ends at once
// and says nothing.
class ReaderGone : public std::exception {
 public:
  const char* what() const noexcept override { return "nobody reads any more"; }
};

// Prepares what a program was started with. Where standard input or error is closed, it becomes /dev/null, and standard
// output something that can't be written to, so that no file that is opened later takes its place. What would end the
// program becomes an error of the write, whatever was ignored when it was started: a pipe without a reader (SIGPIPE),
// and a file that would grow beyond the limit of a file's size (SIGXFSZ).
void prepare_standard_streams();

// Writes what was printed on standard output so far. Throws ReaderGone, or Error where that fails now or has failed
// before.
void flush_output();

// Whether lines on the stream of `descriptor` can be drawn again: it is a terminal, and not one that says that it knows
// nothing but lines (TERM=dumb).
bool can_redraw(int descriptor);

}  // namespace nestwright
