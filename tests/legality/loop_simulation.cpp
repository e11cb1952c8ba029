#include "tests/legality/loop_simulation.h"

#include <algorithm>
#include <map>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;

Expr value_at(const Expr& expression, const Iteration& iteration) {
  std::map<std::string, Expr> values;
  for (const auto& [name, value] : iteration) values[name] = Expr(static_cast<int>(value));
  return ir::simplify(ir::substitute(values, expression));
}

// An index that is not known may be any.
bool may_be_equal(const Conflict::Element& a, const Conflict::Element& b) {
  for (std::size_t d = 0; d < a.size(); ++d) {
    if (a[d] && b[d] && *a[d] != *b[d]) return false;
  }
  return true;
}

}  // namespace

LoopSimulation::LoopSimulation(const StageModel& model, LoopNest nest, std::int64_t open_pure,
                               std::int64_t open_reduction)
    : model_(model), nest_(std::move(nest)), open_pure_(open_pure), open_reduction_(open_reduction) {}

std::int64_t LoopSimulation::extent_of(const Variable& variable) const {
  return variable.extent.value_or(variable.is_reduction ? open_reduction_ : open_pure_);
}

bool LoopSimulation::exists(const Iteration& iteration) const {
  for (const Variable& variable : model_.variables) {
    const std::int64_t from_start = iteration.at(variable.name) - variable.least;
    if (from_start < 0 || from_start >= extent_of(variable)) return false;
  }
  return std::ranges::none_of(model_.conditions,
                              [&](const Expr& condition) { return ir::is_const_zero(value_at(condition, iteration)); });
}

std::vector<std::pair<std::int64_t, bool>> LoopSimulation::times(const Iteration& iteration) const {
  std::map<std::string, std::int64_t> at, extent;
  for (const Variable& variable : model_.variables) {
    at[variable.name] = iteration.at(variable.name) - variable.least;
    extent[variable.name] = extent_of(variable);
  }
  for (const ir::Split& split : nest_.splits) {
    if (split.split_type == ir::Split::RenameVar) {
      at[split.outer] = at.at(split.old_var);
      extent[split.outer] = extent.at(split.old_var);
    } else if (split.split_type == ir::Split::FuseVars) {
      const std::int64_t inner = extent.at(split.inner);
      at[split.old_var] = at.at(split.outer) * inner + at.at(split.inner);
      extent[split.old_var] = extent.at(split.outer) * inner;
    } else {
      const std::int64_t size = *ir::as_const_int(split.factor), old = at.at(split.old_var);
      const std::int64_t old_extent = extent.at(split.old_var);
      at[split.outer] = old / size;
      at[split.inner] = old % size;
      extent[split.outer] = (old_extent + size - 1) / size;
      extent[split.inner] = size;
    }
  }
  std::vector<std::pair<std::int64_t, bool>> found;
  for (auto dim = nest_.dims.rbegin(); dim != nest_.dims.rend(); ++dim) {
    if (at.contains(dim->var)) found.emplace_back(at.at(dim->var), dim->is_parallel());
  }
  return found;
}

std::vector<Conflict::Element> LoopSimulation::touched(const Iteration& iteration) const {
  const auto element = [&](const std::vector<Expr>& indices) {
    Conflict::Element found;
    for (const Expr& index : indices) found.push_back(ir::as_const_int(value_at(index, iteration)));
    return found;
  };
  std::vector<Conflict::Element> found = {element(model_.write)};
  for (const auto& read : model_.reads) found.push_back(element(read));
  return found;
}

bool LoopSimulation::comes_before(const Iteration& first, const Iteration& second) const {
  for (auto variable = model_.variables.rbegin(); variable != model_.variables.rend(); ++variable) {
    if (!variable->is_reduction) continue;
    const std::int64_t a = first.at(variable->name), b = second.at(variable->name);
    if (a != b) return a < b;
  }
  return false;
}

std::optional<Conflict::Kind> LoopSimulation::conflict_of(const Iteration& first, const Iteration& second) const {
  if (!exists(first) || !exists(second) || !comes_before(first, second)) return std::nullopt;
  const auto a = touched(first), b = touched(second);
  bool meet = false;
  for (const auto& each : a) meet = meet || may_be_equal(each, b[0]);
  for (const auto& each : b) meet = meet || may_be_equal(a[0], each);
  if (!meet) return std::nullopt;
  const auto before = times(first), after = times(second);
  for (std::size_t depth = 0; depth < before.size(); ++depth) {
    if (before[depth].first == after[depth].first) continue;
    if (before[depth].second) return Conflict::Kind::race;
    if (before[depth].first > after[depth].first) return Conflict::Kind::order;
    return std::nullopt;
  }
  return std::nullopt;
}

std::vector<Iteration> LoopSimulation::iterations(std::size_t most) const {
  std::vector<Iteration> found = {{}};
  for (const Variable& variable : model_.variables) {
    std::vector<Iteration> longer;
    for (const Iteration& iteration : found) {
      for (std::int64_t i = 0; i < extent_of(variable) && longer.size() < most; ++i) {
        longer.push_back(iteration);
        longer.back()[variable.name] = variable.least + i;
      }
    }
    found = std::move(longer);
  }
  std::erase_if(found, [&](const Iteration& iteration) { return !exists(iteration); });
  return found;
}

bool LoopSimulation::finds_conflict(bool races_alone, std::size_t most) const {
  // Pure variables that separate iterations need no pairs across their values.
  std::map<std::vector<std::int64_t>, std::vector<Iteration>> groups;
  for (const Iteration& iteration : iterations(most)) {
    std::vector<std::int64_t> key;
    for (const Variable& variable : model_.variables) {
      if (variable.separates) key.push_back(iteration.at(variable.name));
    }
    groups[key].push_back(iteration);
  }
  for (const auto& [key, members] : groups) {
    for (const Iteration& first : members) {
      for (const Iteration& second : members) {
        const auto kind = conflict_of(first, second);
        if (kind && (!races_alone || *kind == Conflict::Kind::race)) return true;
      }
    }
  }
  return false;
}

}  // namespace nestwright::polyhedral
