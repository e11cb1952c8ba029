#include "dsl/schedule.h"

namespace nestwright::dsl {

bool operator==(const Expression& a, const Expression& b) {
  return a.kind == b.kind && a.value == b.value && a.text == b.text && a.qualifier == b.qualifier &&
         a.operands == b.operands;
}

bool operator==(const Comments& a, const Comments& b) { return a.before == b.before && a.trailing == b.trailing; }

bool operator==(const Call& a, const Call& b) {
  return a.name == b.name && a.arguments == b.arguments && a.comments == b.comments;
}

bool operator==(const Statement& a, const Statement& b) {
  return a.func == b.func && a.calls == b.calls && a.name == b.name;
}

bool operator==(const Tune::TargetDefault& a, const Tune::TargetDefault& b) {
  return a.target == b.target && a.value == b.value;
}

bool operator==(const Tune& a, const Tune& b) {
  return a.name == b.name && a.candidates == b.candidates && a.fallback == b.fallback &&
         a.target_defaults == b.target_defaults;
}

bool operator==(const Require& a, const Require& b) { return a.condition == b.condition; }

bool operator==(const Item& a, const Item& b) { return a.what == b.what && a.comments == b.comments; }

bool operator==(const Schedule& a, const Schedule& b) {
  return a.op == b.op && a.algorithm == b.algorithm && a.purpose == b.purpose && a.comments == b.comments &&
         a.items == b.items && a.end == b.end;
}

std::vector<PlacedCall> calls_of(Schedule& schedule) {
  std::vector<PlacedCall> calls;
  for (Item& item : schedule.items) {
    auto* const statement = std::get_if<Statement>(&item.what);
    if (statement == nullptr) continue;
    for (Call& call : statement->calls) calls.push_back({statement, &call});
  }
  return calls;
}

std::vector<Tune> tunes(const Schedule& schedule) {
  std::vector<Tune> found;
  for (const Item& item : schedule.items) {
    if (const Tune* tune = std::get_if<Tune>(&item.what)) found.push_back(*tune);
  }
  return found;
}

}  // namespace nestwright::dsl
