#pragma once

namespace nestwright {

// Prints on standard error, in one line, that memory ran out. It needs none itself.
void say_out_of_memory() noexcept;

// Says it, and ends the program with status 1: for where no exception can be thrown.
[[noreturn]] void end_out_of_memory() noexcept;

}  // namespace nestwright
