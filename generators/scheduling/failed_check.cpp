#include "generators/scheduling/failed_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "generators/scheduling/long_loops.h"

namespace nestwright {
namespace {

namespace ir = Halide::Internal;
using Kind = FailedCheck::Kind;

const std::string reporters = "halide_error_";
const std::string overflowing = "its sizes do not fit into 32 bits";

// The call by which an assertion reports that it does not hold; nullptr where it reports a number.
const ir::Call* report_of(const ir::AssertStmt& assertion) {
  Halide::Expr message = assertion.message;
  while (const auto* let = message.as<ir::Let>()) message = let->body;
  return message.as<ir::Call>();
}

// Which of Halide's errors an assertion reports: "access_out_of_bounds"; empty where it is none of Halide's.
std::string reported_by(const ir::AssertStmt& assertion) {
  const ir::Call* const call = report_of(assertion);
  return call == nullptr || !call->name.starts_with(reporters) ? "" : call->name.substr(reporters.size());
}

// The values that it is reported with, each with the lets around the report.
std::vector<Halide::Expr> reported_values(const ir::AssertStmt& assertion) {
  const ir::Call* const call = report_of(assertion);
  if (call == nullptr) return {};
  std::vector<const ir::Let*> lets;
  for (const auto* let = assertion.message.as<ir::Let>(); let != nullptr; let = let->body.as<ir::Let>()) {
    lets.push_back(let);
  }
  std::vector<Halide::Expr> values = call->args;
  for (Halide::Expr& value : values) {
    if (value.as<ir::StringImm>() != nullptr) continue;
    for (auto let = lets.rbegin(); let != lets.rend(); ++let) value = ir::Let::make((*let)->name, (*let)->value, value);
  }
  return values;
}

bool is_about_sizes(const ir::AssertStmt& assertion) {
  static const std::set<std::string> of_the_caller = {"",
                                                      "buffer_argument_is_null",
                                                      "bad_type",
                                                      "bad_dimensions",
                                                      "host_is_null",
                                                      "device_dirty_with_no_device_support",
                                                      "no_device_interface",
                                                      "unaligned_host_ptr",
                                                      "specialize_fail"};
  return !of_the_caller.contains(reported_by(assertion));
}

std::string text_of(const Halide::Expr& expression, const Known& known) {
  if (const auto* text = expression.as<ir::StringImm>()) return text->value;
  const auto value = value_of(expression, known);
  return value ? std::to_string(*value) : "?";
}

// What a broken assertion says, as Halide prints it: halide_error_access_out_of_bounds("input", 0, ...).
std::string complaint_of(const ir::AssertStmt& assertion, const Known& known) {
  std::vector<std::string> said;
  for (const Halide::Expr& argument : reported_values(assertion)) said.push_back(text_of(argument, known));
  return fmt::format("{}{}({})", reporters, reported_by(assertion), fmt::join(said, ", "));
}

// Adds what one iteration needs of a Func for which bound() states something: (dimension, Func, stated least and
// greatest, needed least and greatest).
void widen(FailedCheck& needed, const std::vector<Halide::Expr>& reported, const Known& known) {
  const auto least = value_of(reported.at(4), known), greatest = value_of(reported.at(5), known);
  if (!least || !greatest) return;
  const bool is_first = needed.greatest < needed.least;
  needed.least = is_first ? *least : std::min(needed.least, *least);
  needed.greatest = is_first ? *greatest : std::max(needed.greatest, *greatest);
}

// Whether an allocation has at most so many bytes in all iterations of the loops around it.
bool always_fits(const StatementCheck& check, const Buffers& buffers, std::int64_t most) {
  std::int64_t bytes = check.allocation->type.bytes();
  for (const Halide::Expr& extent : check.allocation->extents) {
    const auto greatest = greatest_value(extent, check.around, buffers);
    if (!greatest || __builtin_mul_overflow(bytes, std::max<std::int64_t>(*greatest, 0), &bytes)) return false;
  }
  return bytes <= most;
}

}  // namespace

CheckOutcome evaluate_assertion(const StatementCheck& check, const Buffers& buffers) {
  const ir::AssertStmt& assertion = *check.assertion;
  if (!is_about_sizes(assertion)) return {};
  const std::vector<Halide::Expr> reported = reported_values(assertion);
  std::vector<Halide::Expr> used = reported;
  used.push_back(assertion.condition);
  const bool is_bound = reported_by(assertion) == "explicit_bounds_too_small";
  FailedCheck needed;
  if (is_bound)
    needed = {.kind = Kind::stated_bound,
              .func = text_of(reported.at(1), {buffers}),
              .dimension = text_of(reported.at(0), {buffers})};
  CheckOutcome outcome;
  for (const Halide::Expr& value : reported) {
    if (const auto* text = value.as<ir::StringImm>()) outcome.subject = text->value;  // the last: dimension, Func
  }
  bool is_known = true;
  try {
    const bool all = for_each_iteration(frames_before(check.around, used), buffers, [&](const Known& known) {
      if (is_bound) widen(needed, reported, known);
      const auto holds = value_of(assertion.condition, known);
      is_known = is_known && holds;
      if (holds.value_or(1) != 0 || outcome.failed) return;
      if (!is_bound) needed.complaint = complaint_of(assertion, known);
      outcome.failed = needed;
    });
    outcome.is_decided = (all && is_known) || always_holds(assertion.condition, check.around, buffers);
  } catch (const IntegerOverflow&) {
    outcome.failed = FailedCheck{.complaint = overflowing};
  }
  if (outcome.failed && is_bound) outcome.failed = needed;  // with what all iterations need
  return outcome;
}

CheckOutcome evaluate_allocation(const StatementCheck& check, const Buffers& buffers) {
  const ir::Allocate& allocation = *check.allocation;
  std::vector<Halide::Expr> used = allocation.extents;
  used.push_back(allocation.condition);
  // Halide puts an allocation whose size is not constant onto a stack of its own making.
  const bool on_stack =
      (allocation.memory_type == Halide::MemoryType::Stack || allocation.memory_type == Halide::MemoryType::Register) &&
      allocation.constant_allocation_size() > 0;
  const std::int64_t most = on_stack ? most_stack_bytes : most_addressable_bytes;
  CheckOutcome outcome{.failed = {}, .subject = allocation.name};
  bool is_known = true;
  const auto fail = [&](std::int64_t bytes) {
    if (outcome.failed && (outcome.failed->bytes == 0 || (bytes != 0 && outcome.failed->bytes >= bytes))) return;
    outcome.failed = FailedCheck{
        .kind = on_stack ? Kind::stack : Kind::allocation, .func = allocation.name, .dimension = {}, .bytes = bytes};
  };
  try {
    const bool all = for_each_iteration(frames_before(check.around, used), buffers, [&](const Known& known) {
      std::int64_t bytes = allocation.type.bytes();
      for (const Halide::Expr& extent : allocation.extents) {
        const auto value = value_of(extent, known);
        is_known = is_known && value;
        if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(value.value_or(0), 0), &bytes)) return fail(0);
      }
      if (bytes > most) fail(bytes);
    });
    outcome.is_decided = (all && is_known) || always_fits(check, buffers, most);
  } catch (const IntegerOverflow&) {
    fail(0);
  }
  return outcome;
}

}  // namespace nestwright
