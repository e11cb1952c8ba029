#include "tools/workbench/cost/registers.h"

#include <algorithm>
#include <map>
#include <set>

#include "tools/workbench/cost/accesses.h"
#include "tools/workbench/cost/straight_line.h"
#include "tools/workbench/cost/vector_registers.h"

namespace nestwright::cost {
namespace {

using RegisterPlace = std::pair<Linear, std::int64_t>;

// How many distinct places in registers the accesses in `body` touch, in the buffer in which they touch most.
int register_places(const Nest& nest, const Body& body) {
  std::map<int, std::set<RegisterPlace>> places;
  for_each_access(body, [&](const Access& access, bool) {
    if (nest.buffers[static_cast<std::size_t>(access.buffer)].place == Place::registers) {
      places[access.buffer].insert({access.index, access.width});
    }
  });
  std::size_t most = 0;
  for (const auto& [buffer, of_buffer] : places) most = std::max(most, of_buffer.size());
  return static_cast<int>(most);
}

int most_live(const Body& body) {
  int most = body.live_registers;
  for (const Node& node : body.nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.content)) most = std::max(most, most_live(loop->body));
  }
  return most;
}

// The accesses to one buffer in a loop's body.
struct BufferUse {
  std::vector<Access> direct;
  bool is_stored = false;
  bool is_only_direct = true;
};

std::map<int, BufferUse> uses_in(const Body& body) {
  std::map<int, BufferUse> uses;
  for_each_access(body, [&](const Access& access, bool is_direct) {
    BufferUse& use = uses[access.buffer];
    use.is_stored = use.is_stored || access.is_store;
    use.is_only_direct = use.is_only_direct && is_direct;
    if (is_direct) use.direct.push_back(access);
  });
  return uses;
}

// Whether a loop touches the same places of a buffer in every iteration, and no two of them overlap in part.
bool can_stay_in_registers(const Nest& nest, const BufferUse& use, int loop) {
  if (!use.is_only_direct) return false;
  for (const Access& a : use.direct) {
    if (nest.symbols.depends_on(a.index, loop) || !nest.symbols.is_known(a.index)) return false;
    for (const Access& b : use.direct) {
      if (overlap(a, b) == Overlap::maybe) return false;
    }
  }
  return true;
}

void remove(Body& body, const std::vector<Access>& accesses) {
  std::erase_if(body.nodes, [&](const Node& node) {
    const auto* access = std::get_if<Access>(&node.content);
    return access != nullptr && std::ranges::find(accesses, *access) != accesses.end();
  });
}

// The accesses that move out of a loop: in front of it, and behind it.
struct Moved {
  std::vector<Access> before;
  std::vector<Access> after;
};

void move_accumulators(const Nest& nest, Loop& loop, Moved& moved) {
  for (const auto& [buffer, use] : uses_in(loop.body)) {
    const bool is_register = nest.buffers[static_cast<std::size_t>(buffer)].place == Place::registers;
    if (is_register || !use.is_stored || !can_stay_in_registers(nest, use, loop.symbol)) continue;
    int places = 0;
    for (const Access& access : use.direct) places += access.is_store ? 1 : 0;
    // The inner loops' live registers hold these same sums, so they are not added.
    const int live = std::max(most_live(loop.body), loop.body.live_registers + places);
    if (live + operand_registers > nest.vector_registers) continue;
    for (const Access& access : use.direct) {
      if (!access.is_store) {
        moved.before.push_back(access);
        continue;
      }
      Access last = access;
      last.updates = 0;
      moved.after.push_back(last);
      loop.body.carries_sums = true;
      loop.body.chain = std::max(loop.body.chain, access.updates);
      loop.body.updates += access.updates;
      if (access.updates > 0) loop.body.sums.push_back({access.buffer, access.index, access.updates});
    }
    loop.body.live_registers += places;
    remove(loop.body, use.direct);
  }
}

void move_loads(const Nest& nest, Loop& loop, Moved& moved) {
  std::vector<Access> loads;
  for (const auto& [buffer, use] : uses_in(loop.body)) {
    const bool is_register = nest.buffers[static_cast<std::size_t>(buffer)].place == Place::registers;
    if (is_register || use.is_stored) continue;
    for (const Access& access : use.direct) {
      if (most_live(loop.body) + static_cast<int>(loads.size()) + operand_registers >= nest.vector_registers) break;
      if (!nest.symbols.depends_on(access.index, loop.symbol)) loads.push_back(access);
    }
  }
  loop.body.live_registers += static_cast<int>(loads.size());
  remove(loop.body, loads);
  moved.before.insert(moved.before.end(), loads.begin(), loads.end());
}

// Fills in a body's updates, sums and chain from its accesses to registers. Only a sum that is read before it is
// written makes a chain, for its value comes from the iteration before.
void count_chains(const Nest& nest, Body& body) {
  std::set<std::pair<int, Linear>> taken_over;
  for (const Node& node : body.nodes) {
    const auto* access = std::get_if<Access>(&node.content);
    if (access == nullptr || nest.buffers[static_cast<std::size_t>(access->buffer)].place != Place::registers) continue;
    if (!access->is_store) taken_over.insert({access->buffer, access->index});
    body.updates += access->updates;
    if (access->updates > 0) body.sums.push_back({access->buffer, access->index, access->updates});
    if (taken_over.contains({access->buffer, access->index})) body.chain = std::max(body.chain, access->updates);
  }
}

// Whether an iteration reads a sum in a register before it writes it.
bool carries_sums(const Nest& nest, const Body& body) {
  std::set<std::pair<int, Linear>> read_first, written;
  bool found = false;
  for_each_access(body, [&](const Access& access, bool) {
    if (nest.buffers[static_cast<std::size_t>(access.buffer)].place != Place::registers) return;
    const std::pair<int, Linear> place(access.buffer, access.index);
    if (!access.is_store && !written.contains(place)) read_first.insert(place);
    if (access.is_store) {
      written.insert(place);
      found = found || read_first.contains(place);
    }
  });
  return found;
}

void assign(const Nest& nest, Body& body) {
  std::vector<Node> nodes;
  const auto append = [&](const std::vector<Access>& accesses) {
    for (const Access& access : accesses) nodes.push_back({access});
  };
  for (Node& node : body.nodes) {
    Moved moved;
    if (auto* loop = std::get_if<Loop>(&node.content)) {
      assign(nest, loop->body);
      if (loop->kind == LoopKind::serial) {
        move_accumulators(nest, *loop, moved);
        move_loads(nest, *loop, moved);
      }
    } else if (auto* branch = std::get_if<Branch>(&node.content)) {
      assign(nest, branch->then_body);
      assign(nest, branch->else_body);
    }
    append(moved.before);
    nodes.push_back(std::move(node));
    append(moved.after);
  }
  body.nodes = std::move(nodes);
  leave_out_repeated_accesses(body);
  body.live_registers = register_places(nest, body);
  count_chains(nest, body);
  body.carries_sums = carries_sums(nest, body);
}

void find_registers(Nest& nest) {
  std::vector<bool> has_constant_indices(nest.buffers.size(), true);
  for_each_access(nest.body, [&](const Access& access, bool) {
    if (!access.index.is_constant()) has_constant_indices[static_cast<std::size_t>(access.buffer)] = false;
  });
  for (std::size_t i = 0; i < nest.buffers.size(); ++i) {
    if (nest.buffers[i].place == Place::stack && has_constant_indices[i]) nest.buffers[i].place = Place::registers;
  }
}

void leave_out_registers(const Nest& nest, Body& body) {
  std::erase_if(body.nodes, [&](const Node& node) {
    const auto* access = std::get_if<Access>(&node.content);
    return access != nullptr && nest.buffers[static_cast<std::size_t>(access->buffer)].place == Place::registers;
  });
  for (Node& node : body.nodes) {
    if (auto* loop = std::get_if<Loop>(&node.content)) {
      leave_out_registers(nest, loop->body);
    } else if (auto* branch = std::get_if<Branch>(&node.content)) {
      leave_out_registers(nest, branch->then_body);
      leave_out_registers(nest, branch->else_body);
    }
  }
}

}  // namespace

void assign_registers(Nest& nest) {
  find_registers(nest);
  assign(nest, nest.body);
  leave_out_registers(nest, nest.body);
}

}  // namespace nestwright::cost
