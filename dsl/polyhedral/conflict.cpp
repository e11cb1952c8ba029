#include "dsl/polyhedral/conflict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "dsl/polyhedral/integer_set.h"

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;
using Texts = std::vector<std::string>;

// Extents that are not known are no constraint; isl's numbers need some end for a least point to be near.
constexpr std::int64_t unknown_extent = std::int64_t{1} << 16;

// Two iterations of a stage, the first before the second in the algorithm, that touch one element, as a text for isl.
class Dependences {
 public:
  explicit Dependences(const StageModel& model) : model_(model) {
    for (std::size_t n = 0; n < model.variables.size(); ++n) {
      const Variable& variable = model.variables[n];
      const std::string first = fmt::format("a{}", n), second = variable.separates ? first : fmt::format("b{}", n);
      first_[variable.name] = first;
      second_[variable.name] = second;
      coordinates_.push_back(first);
    }
    for (const Variable& variable : model.variables) {
      if (!variable.separates) coordinates_.push_back(second_.at(variable.name));
    }
    constraints_ = {domain(first_), domain(second_), before(), same_element()};
  }

  const Names& first() const { return first_; }
  const Names& second() const { return second_; }

  // The first pair that fulfils `more`, too.
  std::optional<std::pair<Iteration, Iteration>> find(const std::string& more) const {
    const auto point = least_point(
        fmt::format("{{ [{}] : {} }}", fmt::join(coordinates_, ", "), all_of({all_of(constraints_), more})));
    if (!point) return std::nullopt;
    std::map<std::string, std::int64_t> values;
    for (std::size_t n = 0; n < coordinates_.size(); ++n) values[coordinates_[n]] = (*point)[n];
    std::pair<Iteration, Iteration> pair;
    for (const Variable& variable : model_.variables) {
      pair.first[variable.name] = values.at(first_.at(variable.name));
      pair.second[variable.name] = values.at(second_.at(variable.name));
    }
    return pair;
  }

 private:
  // What can be told of conditions and indices: variables that begin at an unknown place are none of it.
  Names placed(const Names& names) const {
    Names known;
    for (const Variable& variable : model_.variables) {
      if (variable.is_placed) known.insert(*names.find(variable.name));
    }
    return known;
  }

  std::string domain(const Names& names) const {
    Texts parts;
    for (const Variable& variable : model_.variables) {
      parts.push_back(fmt::format("{} <= {} < {}", variable.least, names.at(variable.name),
                                  variable.least + variable.extent.value_or(unknown_extent)));
    }
    const Names known = placed(names);
    for (const Expr& condition : model_.conditions) {
      if (const auto text = condition_text(condition, known)) parts.push_back(*text);
    }
    return all_of(parts);
  }

  std::string before() const {
    Texts cases, equal;
    for (auto variable = model_.variables.rbegin(); variable != model_.variables.rend(); ++variable) {
      if (!variable->is_reduction) continue;
      const std::string &a = first_.at(variable->name), &b = second_.at(variable->name);
      cases.push_back(fmt::format("{} < {}", a, b));
      cases.back() = equal.empty() ? cases.back() : fmt::format("({} and {})", all_of(equal), cases.back());
      equal.push_back(fmt::format("{} = {}", a, b));
    }
    return any_of(cases);
  }

  // Where the indices are equal, as far as they can be told.
  std::string same(const std::vector<Expr>& first, const std::vector<Expr>& second) const {
    const Names known_first = placed(first_), known_second = placed(second_);
    Texts parts;
    for (std::size_t d = 0; d < first.size(); ++d) {
      const auto a = affine_pieces(first[d], known_first), b = affine_pieces(second[d], known_second);
      if (!a || !b) continue;
      Texts cases;
      for (const Piece& left : *a) {
        for (const Piece& right : *b) {
          cases.push_back(
              all_of({left.condition, right.condition,
                      left.value == right.value ? "true" : fmt::format("{} = {}", left.value, right.value)}));
        }
      }
      parts.push_back(any_of(cases));
    }
    return all_of(parts);
  }

  std::string same_element() const {
    Texts ways = {same(model_.write, model_.write)};
    for (const std::vector<Expr>& read : model_.reads) {
      ways.push_back(same(model_.write, read));
      ways.push_back(same(read, model_.write));
    }
    return any_of(ways);
  }

  const StageModel& model_;
  Names first_, second_;
  Texts coordinates_, constraints_;
};

Conflict::Element element_at(const StageModel& model, const Iteration& iteration) {
  std::map<std::string, Expr> values;
  for (const auto& [name, value] : iteration) values[name] = Expr(static_cast<int>(value));
  Conflict::Element element;
  for (const Expr& index : model.write)
    element.push_back(ir::as_const_int(ir::simplify(ir::substitute(values, index))));
  return element;
}

enum class Wanted { any, races };

std::optional<Conflict> find(const StageModel& model, const LoopNest& nest, Wanted wanted) {
  bool reduces = false;
  for (const Variable& variable : model.variables) reduces = reduces || variable.is_reduction;
  if (!reduces) return std::nullopt;
  const Dependences dependences(model);
  const std::vector<TimedLoop> first = time_loops(model, nest, dependences.first());
  const std::vector<TimedLoop> second = time_loops(model, nest, dependences.second());
  bool is_certain = true;
  Texts outside;  // the loops so far don't tell the two apart
  for (std::size_t depth = 0; depth < first.size(); ++depth) {
    if (first[depth].is_common) continue;
    const auto &a = first[depth].iteration, &b = second[depth].iteration;
    const bool races = is_concurrent(first[depth].type);
    const bool known = a && b;
    is_certain = is_certain && known;
    if (races || wanted == Wanted::any) {
      const std::string apart = !known ? "true" : fmt::format("{} {} {}", *a, races ? "!=" : ">", *b);
      const auto pair = dependences.find(all_of({all_of(outside), apart}));
      if (pair) {
        return Conflict{.kind = races ? Conflict::Kind::race : Conflict::Kind::order,
                        .loop = first[depth].name,
                        .type = first[depth].type,
                        .is_certain = is_certain,
                        .first = pair->first,
                        .second = pair->second,
                        .first_element = element_at(model, pair->first),
                        .second_element = element_at(model, pair->second)};
      }
    }
    if (known) outside.push_back(fmt::format("{} = {}", *a, *b));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Conflict> find_conflict(const StageModel& model, const LoopNest& nest) {
  return find(model, nest, Wanted::any);
}

StageVerdict judge(const StageModel& model, const LoopNest& nest) {
  if (nest.is_atomic && model.reordering != Reordering::changes_it) {
    if (model.reordering == Reordering::changes_nothing) return {};
    return {.conflict = {}, .reassociation = find(model, nest, Wanted::any)};
  }
  return {.conflict = find(model, nest, model.reordering == Reordering::changes_nothing ? Wanted::races : Wanted::any),
          .reassociation = {}};
}

}  // namespace nestwright::polyhedral
