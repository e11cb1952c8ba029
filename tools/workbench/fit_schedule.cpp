#include "tools/workbench/fit_schedule.h"

#include <Halide.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "dsl/directives.h"
#include "dsl/illegal_schedule.h"
#include "dsl/parse.h"
#include "dsl/print.h"
#include "dsl/source_error.h"
#include "support/error.h"
#include "tools/workbench/compile.h"

namespace nestwright::workbench {
namespace {

// Why the schedule is not legal at one of the uses.
struct Refusal {
  const Use& use;
  std::string what;  // without a place
  std::optional<dsl::Position> position;
  bool is_order = false;  // a sum would be added up in another order
};

std::string without_place(const Error& error) {
  const std::string what = first_line(error.what());
  return what.substr(error.where().empty() ? 0 : error.where().size() + 2);
}

std::optional<Refusal> find_refusal(const std::string& name, const std::string& text, const std::vector<Use>& uses) {
  const ScheduleSource source = {.file = name, .text = text, .parameters = {}};
  for (const Use& use : uses) {
    try {
      require_legal(source, use, Halide::get_host_target());
    } catch (const dsl::IllegalSchedule& error) {
      const bool is_order = error.conflict.kind == polyhedral::Conflict::Kind::order;
      return Refusal{use, without_place(error), dsl::position_of(error), is_order};
    } catch (const Error& error) {
      return Refusal{use, without_place(error), dsl::position_of(error)};
    }
  }
  return std::nullopt;
}

// A directive, and the item that it stands in.
struct Place {
  dsl::Item* item;
  dsl::Statement* statement;
  dsl::Call* call;
};

std::vector<Place> places_in(dsl::Schedule& schedule) {
  std::vector<Place> places;
  for (dsl::Item& item : schedule.items) {
    auto* const statement = std::get_if<dsl::Statement>(&item.what);
    if (statement == nullptr) continue;
    for (dsl::Call& call : statement->calls) places.push_back({&item, statement, &call});
  }
  return places;
}

// The last directive that begins at the position or before it.
const Place* place_at(const std::vector<Place>& places, const std::optional<dsl::Position>& position) {
  if (!position) return nullptr;
  const auto order = [](const dsl::Position& each) { return std::pair(each.line, each.column); };
  const auto after =
      std::ranges::find_if(places, [&](const Place& place) { return order(place.call->position) > order(*position); });
  return after == places.begin() ? nullptr : &*std::prev(after);
}

void note(const Place& place, const std::string& what) {
  place.item->comments.before.push_back(fmt::format("# Changed: {}", what));
}

bool guard(const Place& place) {
  const std::string before = dsl::call_text(*place.call);
  if (!dsl::guard_tail(*place.call)) return false;
  note(place, fmt::format("it was {}, which goes beyond the end of its loop in some calls.", before));
  return true;
}

// Guards the directive that is to blame; where that one can't be guarded, all about the same Func; or at last, all.
bool add_guards(const std::vector<Place>& places, const Place* blamed) {
  if (blamed != nullptr && guard(*blamed)) return true;
  bool is_changed = false;
  for (const Place& place : places) {
    if (blamed != nullptr && place.statement->func == blamed->statement->func) is_changed = guard(place) || is_changed;
  }
  if (is_changed) return true;
  for (const Place& place : places) is_changed = guard(place) || is_changed;
  return is_changed;
}

// Autoschedulers reorder sums without saying so; a .nest schedule has to allow that.
bool add_atomic(const Place* blamed) {
  if (blamed == nullptr) return false;
  std::vector<dsl::Call>& calls = blamed->statement->calls;
  const auto update = std::ranges::find(calls, "update", &dsl::Call::name);
  if (update == calls.end() || std::ranges::find(calls, "atomic", &dsl::Call::name) != calls.end()) return false;
  note(*blamed, "atomic() allows the order in which the sum is added up.");
  calls.insert(std::next(update), {.name = "atomic", .arguments = {}});
  return true;
}

}  // namespace

std::string fitted_schedule(const std::string& name, const std::string& text, const std::vector<Use>& uses) {
  std::string fitted = text;
  // Each turn changes a directive that is changed no further, so there is an end.
  while (true) {
    const std::optional<Refusal> refusal = find_refusal(name, fitted, uses);
    if (!refusal) return fitted;
    dsl::Schedule schedule = dsl::parse(fitted, name);
    const std::vector<Place> places = places_in(schedule);
    const Place* const blamed = place_at(places, refusal->position);
    if (!(refusal->is_order ? add_atomic(blamed) : add_guards(places, blamed))) {
      throw Error(name, fmt::format("what it makes of {} is not legal, and no guard lets it be: {}; try another "
                                    "autoscheduler, or one shape alone (--shape)",
                                    refusal->use.op, refusal->what));
    }
    fitted = dsl::print(schedule);
  }
}

}  // namespace nestwright::workbench
