#include "tests/legality/own_words.h"

#include <regex>

namespace nestwright {

std::string not_its_own(const std::string& refusal, const std::string& file) {
  static const std::regex place("^:[0-9]+:[0-9]+: .*");
  // Halide's names for what the schedule calls otherwise, numbers where a name should be, and its sentences.
  static const std::regex of_halide(
      "\\$|halide_|_clone_in_|_intm|_im\\b|_wrapper|__|\\.s[0-9]|\\bv[0-9]+\\b|\\._|CompileError|`_|`[0-9.]+`|"
      "in dimension [0-9]|[Ll]oop nest is|Warning:|Invalid compute_with|Realize node|Allocate node|scheduled inline|"
      "\\bdims\\b|\\bVars? ");
  const std::string line = refusal.substr(0, refusal.find('\n'));
  if (!line.starts_with(file) || !std::regex_match(line.substr(file.size()), place)) return "no place";
  std::smatch word;
  return std::regex_search(line, word, of_halide) ? word.str() : "";
}

}  // namespace nestwright
