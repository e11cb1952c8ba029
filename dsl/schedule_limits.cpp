// How large a schedule may be. Halide and the proofs take longer than a schedule's length, and far longer for chains.
#include <fmt/format.h>

#include <algorithm>

#include "dsl/applying.h"

namespace nestwright::dsl::applying {
namespace {

// Choices, each far beyond what is written or imported (240 directives, 12 splits): with all of one stage's splits
// used, a check takes about a second.
constexpr std::size_t most_directives = 1000, most_specializations = 32, most_wrappers = 32;
constexpr std::size_t most_splits = 48, most_fusions = 12;  // of one stage

void require_at_most(const Application& application, const Call& call, std::size_t count, std::size_t most,
                     const std::string& of_what) {
  if (count <= most) return;
  throw error(application, call.position,
              fmt::format("this is one more than the {} {}; write a shorter schedule", most, of_what));
}

bool is_wrapping(const Call& call) { return call.name == "in" || call.name == "clone_in"; }

}  // namespace

void require_small_schedule(const Application& application, const Cursor& cursor, const Call& call) {
  require_at_most(application, call, application.calls.size(), most_directives, "directives that a schedule may have");
  using Halide::Internal::Split;
  const std::vector<Split>& splits = cursor.stage.get_schedule().splits();
  const auto fusions = std::ranges::count(splits, Split::FuseVars, &Split::split_type);
  require_at_most(application, call, static_cast<std::size_t>(fusions), most_fusions,
                  "fusions that a stage's loops may have");
  require_at_most(application, call, splits.size() - static_cast<std::size_t>(fusions), most_splits,
                  "splits that a stage's loops may have");
  if (call.name.starts_with("specialize")) {
    const auto count = std::ranges::count_if(application.calls, [&](const AppliedCall& each) {
      return each.func == application.calls.back().func && each.call.name.starts_with("specialize");
    });
    require_at_most(application, call, static_cast<std::size_t>(count), most_specializations,
                    "specializations that a Func may have");
  }
  if (!is_wrapping(call)) return;
  const auto count =
      std::ranges::count_if(application.calls, [](const AppliedCall& each) { return is_wrapping(each.call); });
  require_at_most(application, call, static_cast<std::size_t>(count), most_wrappers,
                  "wrappers and copies that a schedule may make");
}

}  // namespace nestwright::dsl::applying
