#include "dsl/directive_guide.h"

#include <fmt/format.h>

#include <algorithm>

#include "dsl/directive_guide_groups.h"

namespace nestwright::dsl {

const std::vector<DirectiveGuide>& directive_guides() {
  static const std::vector<DirectiveGuide> all = [] {
    std::vector<DirectiveGuide> joined;
    for (const auto& group : {guide::loop_guides(), guide::other_stage_guides(), guide::placing_guides(),
                              guide::func_guides(), guide::gpu_guides()}) {
      joined.insert(joined.end(), group.begin(), group.end());
    }
    return joined;
  }();
  return all;
}

const DirectiveGuide* find_guide(std::string_view name) {
  const auto found = std::ranges::find(directive_guides(), name, &DirectiveGuide::name);
  return found == directive_guides().end() ? nullptr : &*found;
}

std::string schedule_text(const GuideExample& example, bool with_line) {
  const bool is_gpu =
      example.target.find("-opencl") != std::string::npos || example.target.find("-cuda") != std::string::npos;
  // Without the line, the processor may be left to compute all of it, which no schedule for gpu allows.
  const char* const purpose = !is_gpu ? "cpu" : with_line ? "gpu" : "any";
  std::string text = fmt::format("schedule {}{} for {}\n\n", example.op,
                                 example.algorithm.empty() ? "" : " using " + example.algorithm, purpose);
  for (const std::string& statement : example.context) text += statement + "\n";
  return with_line ? text + example.line + "\n" : text;
}

}  // namespace nestwright::dsl
