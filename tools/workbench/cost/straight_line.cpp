#include "tools/workbench/cost/straight_line.h"

#include <algorithm>
#include <map>

#include "tools/workbench/cost/accesses.h"

namespace nestwright::cost {
namespace {

// A place in memory whose value is also in a register at the point of the code that the scan has reached.
struct Known {
  Access access;
  std::size_t node = 0;  // index of the node that loaded or stored it
  bool is_stored = false;
  bool may_be_read = false;  // whether memory may have been read there since it was stored
};

class Scan {
 public:
  explicit Scan(Body& body) : body_(body), is_left_out_(body.nodes.size(), false) {}

  void run() {
    for (std::size_t i = 0; i < body_.nodes.size(); ++i) {
      if (auto* access = std::get_if<Access>(&body_.nodes[i].content)) {
        access->is_store ? store(*access, i) : load(*access, i);
      } else {
        enclose(body_.nodes[i]);
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < body_.nodes.size(); ++i) {
      if (is_left_out_[i]) continue;
      if (kept != i) body_.nodes[kept] = std::move(body_.nodes[i]);
      ++kept;
    }
    body_.nodes.resize(kept);
  }

 private:
  void load(const Access& access, std::size_t node) {
    bool is_known = false;
    for (Known& known : known_[access.buffer]) {
      const Overlap relation = overlap(known.access, access);
      if (relation == Overlap::same) is_known = true;
      if (relation == Overlap::maybe) known.may_be_read = true;
    }
    if (is_known) {
      is_left_out_[node] = true;
    } else {
      known_[access.buffer].push_back({.access = access, .node = node});
    }
  }

  void store(Access& access, std::size_t node) {
    std::vector<Known>& known = known_[access.buffer];
    for (const Known& earlier : known) {
      if (overlap(earlier.access, access) != Overlap::same || !earlier.is_stored || earlier.may_be_read) continue;
      is_left_out_[earlier.node] = true;
      if (access.updates > 0) access.updates += earlier.access.updates;
    }
    std::erase_if(known, [&](const Known& earlier) { return overlap(earlier.access, access) != Overlap::none; });
    known.push_back({.access = access, .node = node, .is_stored = true});
  }

  // Goes over an inner loop or a branch: places that it stores are not known after it, and stores to places that it
  // loads must be kept.
  void enclose(const Node& node) {
    Body inner;
    inner.nodes.push_back(node);
    for_each_access(inner, [&](const Access& access, bool) {
      if (access.is_store) {
        known_[access.buffer].clear();
      } else {
        for (Known& known : known_[access.buffer]) known.may_be_read = true;
      }
    });
  }

  Body& body_;
  std::vector<bool> is_left_out_;
  std::map<int, std::vector<Known>> known_;
};

}  // namespace

void leave_out_repeated_accesses(Body& body) { Scan(body).run(); }

}  // namespace nestwright::cost
