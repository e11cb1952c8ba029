#pragma once

#include <string_view>

namespace nestwright {

// Writes all of `bytes` to the open file `descriptor`, however many calls that takes. Gives 0, or the errno of the one
// that failed.
int write_all(int descriptor, std::string_view bytes);

}  // namespace nestwright
