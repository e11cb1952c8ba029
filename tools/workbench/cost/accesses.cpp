#include "tools/workbench/cost/accesses.h"

#include <algorithm>

namespace nestwright::cost {
namespace {

void visit_accesses(const Body& body, bool is_direct, const std::function<void(const Access&, bool)>& visit) {
  for (const Node& node : body.nodes) {
    if (const auto* access = std::get_if<Access>(&node.content)) {
      visit(*access, is_direct);
    } else if (const auto* loop = std::get_if<Loop>(&node.content)) {
      visit_accesses(loop->body, false, visit);
    } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
      visit_accesses(branch->then_body, false, visit);
      visit_accesses(branch->else_body, false, visit);
    }
  }
}

}  // namespace

Overlap overlap(const Access& a, const Access& b) {
  const Linear distance = a.index - b.index;
  if (!distance.is_constant()) return Overlap::maybe;
  if (distance.constant == 0 && a.width == b.width) return Overlap::same;
  return distance.constant >= b.width || -distance.constant >= a.width ? Overlap::none : Overlap::maybe;
}

void for_each_access(const Body& body, const std::function<void(const Access&, bool)>& visit) {
  visit_accesses(body, true, visit);
}

bool has_loops(const Body& body) {
  return std::ranges::any_of(body.nodes, [](const Node& node) {
    if (std::holds_alternative<Loop>(node.content)) return true;
    const auto* branch = std::get_if<Branch>(&node.content);
    return branch != nullptr && (has_loops(branch->then_body) || has_loops(branch->else_body));
  });
}

}  // namespace nestwright::cost
