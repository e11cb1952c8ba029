#include "generators/scheduling/lowering_refusal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "dsl/check.h"
#include "dsl/directives.h"
#include "dsl/halide_message.h"
#include "dsl/parse.h"
#include "dsl/print.h"
#include "dsl/source_error.h"
#include "generators/scheduling/checked_pipeline.h"
#include "generators/scheduling/runnable.h"

namespace nestwright {
namespace {

using dsl::Call;
using dsl::PlacedCall;
using dsl::Statement;

// What a schedule is applied to, again and again.
struct Subject {
  const BoundAlgorithm& bound;
  const Halide::Target& target;
};

dsl::CheckedSchedule first_directives(dsl::CheckedSchedule schedule, std::size_t count) {
  for (dsl::Item& item : schedule.schedule.items) {
    auto* const statement = std::get_if<Statement>(&item.what);
    if (statement == nullptr) continue;
    const std::size_t kept = std::min(count, statement->calls.size());
    if (kept < statement->calls.size()) statement->name.clear();
    statement->calls.resize(kept);
    count -= kept;
  }
  std::erase_if(schedule.schedule.items, [](const dsl::Item& item) {
    const auto* const statement = std::get_if<Statement>(&item.what);
    return statement != nullptr && statement->calls.empty();
  });
  return schedule;
}

// What Halide says when it lowers the algorithm under the schedule; empty where it says nothing.
std::string complaint_of(const Subject& subject, const dsl::CheckedSchedule& schedule) {
  const BoundAlgorithm bound = bind_algorithm(subject.bound.op, subject.bound.algorithm_name, subject.bound.shape,
                                              block_stride_of(subject.target));
  const dsl::Applied applied = dsl::apply(schedule, pipeline_of(bound), subject.target);
  try {
    static_cast<void>(require_runnable(bound, schedule.schedule, applied, subject.target));
    require_lowerable(bound, subject.target);
  } catch (const Halide::Error& error) {
    return dsl::halide_message(error.what(), applied.names);
  }
  return {};
}

// The complaint without its numbers, which later directives may change.
std::string kind_of(std::string complaint) {
  std::erase_if(complaint, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  return complaint;
}

// Whether the schedule's first directives are enough for that complaint. Fewer than all may be refused for what those
// left out would have put right.
bool is_refused_with(const Subject& subject, const dsl::CheckedSchedule& schedule, std::size_t count,
                     const std::string& complaint) {
  try {
    return kind_of(complaint_of(subject, first_directives(schedule, count))) == kind_of(complaint);
  } catch (const Error&) {
    return false;
  }
}

// How many of the schedule's first directives it takes for the complaint: one less than that do not give it.
std::size_t directives_needed(const Subject& subject, const dsl::CheckedSchedule& schedule, std::size_t all,
                              const std::string& complaint) {
  std::size_t without = 0, with = all;
  if (is_refused_with(subject, schedule, 0, complaint)) return 0;
  while (with - without > 1) {
    const std::size_t middle = without + (with - without) / 2;
    (is_refused_with(subject, schedule, middle, complaint) ? with : without) = middle;
  }
  return with;
}

// Where the directive has the size of a part of a loop; nothing where it has none.
std::optional<std::size_t> size_argument(const Call& call) {
  const bool has_size =
      call.name == "vectorize" || call.name == "unroll" || call.name == "parallel" || call.name == "align_bounds";
  const std::size_t index = call.name == "split" ? 3 : 1;
  if ((!has_size && call.name != "split") || call.arguments.size() <= index) return std::nullopt;
  return index;
}

bool lowers(const Subject& subject, const dsl::CheckedSchedule& schedule) {
  try {
    return complaint_of(subject, schedule).empty();
  } catch (const Error&) {
    return false;
  }
}

// The largest smaller size with which the schedule can be lowered, as the directive's text; empty where none was found.
std::string smaller_size(const Subject& subject, const dsl::CheckedSchedule& schedule, Call& call, std::size_t index) {
  constexpr int most_single_steps = 16;  // larger sizes are halved: a choice, for each try takes some 20 ms
  const int given = call.arguments[index].value;
  std::string found;
  for (int size = given <= most_single_steps ? given - 1 : given / 2; size > 1 && found.empty();
       size = size <= most_single_steps ? size - 1 : size / 2) {
    call.arguments[index].value = size;
    if (lowers(subject, schedule)) found = dsl::call_text(call);
  }
  call.arguments[index].value = given;
  return found;
}

// The directive with a tail that goes nowhere beyond its loop; empty where that does not help.
std::string guarded_tail(const Subject& subject, const dsl::CheckedSchedule& schedule, Call& call) {
  const std::vector<dsl::Expression> given = call.arguments;
  if (!dsl::guard_tail(call)) return {};
  const std::string text = dsl::call_text(call);
  const bool helps = lowers(subject, schedule);
  call.arguments = given;
  return helps ? text : "";
}

// "; vectorize(x, 10) or vectorize(x, 16, GuardWithIf) would do", as far as either has been found to.
std::string remedy(const Subject& subject, const dsl::CheckedSchedule& schedule, Call& call) {
  const std::optional<std::size_t> index = size_argument(call);
  const std::string smaller = index ? smaller_size(subject, schedule, call, *index) : "",
                    guarded = guarded_tail(subject, schedule, call);
  if (smaller.empty() && guarded.empty()) return {};
  return fmt::format("; {}{}{} would do", smaller, smaller.empty() || guarded.empty() ? "" : " or ", guarded);
}

std::string of_constant_extent(const Call& call, const std::string& complaint) {
  const std::string what = complaint.find("unroll") != std::string::npos ? "unroll" : "vectorize";
  if (call.name == what && !call.arguments.empty()) {
    const std::string& loop = call.arguments[0].text;
    return fmt::format(
        "{} needs a loop whose number of iterations is a constant, and that of `{}` is none; {}({}, 4) takes a "
        "part of it",
        dsl::call_text(call), loop, what, loop);
  }
  return fmt::format(
      "with {} the number of iterations of a loop that is to be {} is no constant any more; {} a part of "
      "that loop",
      dsl::call_text(call), what == "unroll" ? "unrolled" : "vectorized", what);
}

std::string message_for(const Subject& subject, dsl::CheckedSchedule& schedule, const PlacedCall& place,
                        const std::string& complaint) {
  if (complaint.find("for loops over a constant extent") != std::string::npos) {
    return of_constant_extent(*place.call, complaint);
  }
  return fmt::format("Halide refuses {} of `{}`: {}{}", dsl::call_text(*place.call), dsl::func_text(place), complaint,
                     remedy(subject, schedule, *place.call));
}

}  // namespace

Error lowering_refusal(const BoundAlgorithm& bound, const ScheduleSource& source, const Halide::Target& target,
                       const std::string& said) {
  const Subject subject = {bound, target};
  const dsl::Schedule parsed = dsl::parse(source.text, source.file);
  dsl::CheckedSchedule schedule = dsl::check(parsed, target, source.parameters);
  const std::vector<PlacedCall> places = dsl::calls_of(schedule.schedule);
  const std::string shape = bound.shape.text(), at = shape.empty() ? "" : fmt::format(" (at {})", shape);
  const std::string complaint = complaint_of(subject, schedule);
  // What only writing the machine's code shows: no directive is known for it.
  if (complaint.empty()) {
    const BoundAlgorithm fresh = bind_algorithm(bound.op, bound.algorithm_name, bound.shape, block_stride_of(target));
    const dsl::ScheduleNames names = dsl::apply(schedule, pipeline_of(fresh), target).names;
    return dsl::error_at(parsed, parsed.op_position,
                         "Halide can't compile it: " + dsl::halide_message(said, names) + at);
  }
  const std::size_t needed = directives_needed(subject, schedule, places.size(), complaint);
  if (needed == 0) return dsl::error_at(parsed, parsed.op_position, "Halide refuses the schedule: " + complaint + at);
  const PlacedCall& place = places[needed - 1];
  return dsl::error_at(parsed, place.call->position, message_for(subject, schedule, place, complaint) + at);
}

}  // namespace nestwright
