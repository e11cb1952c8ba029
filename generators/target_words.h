#pragma once

#include <string>
#include <vector>

namespace nestwright {

// The words of a target, such as x86, 64, linux and avx2: what stands between its '-'.
using TargetWords = std::vector<std::string>;

// Throws the Error of a target, `text`, that is refused: one line, with `why`.
[[noreturn]] void refuse_target(const std::string& text, const std::string& why);

// Throws Error unless `words` begin with a machine that Halide compiles for, and each of them is one that there is,
// that this machine has, and that there are kernels for; the line names the word that is wrong, and what was expected.
void require_known_words(const std::string& text, const TargetWords& words);

}  // namespace nestwright
