#include "tools/workbench/loop_sizes.h"

#include <fmt/format.h>

#include <optional>

namespace nestwright::workbench {
namespace {

using Loops = std::map<std::string, std::int64_t>;

// The loops of the stage that a chain of directives is at, and what it makes of them.
class Chain {
 public:
  Chain(const std::string& stage, Loops loops, std::vector<TooLarge>& found)
      : stage_(stage), loops_(std::move(loops)), found_(found) {}

  void follow(const dsl::Call& call) {
    const auto& a = call.arguments;
    const auto name = [&](std::size_t index) { return a.at(index).text; };
    const bool has_size = a.size() > 1 && a[1].kind == dsl::Expression::Kind::integer;
    if (call.name == "split") split(call, name(0), name(1), name(2), a[3].value);
    if ((call.name == "vectorize" || call.name == "unroll" || call.name == "parallel") && has_size) {
      split(call, name(0), name(0), "", a[1].value);
    }
    if (call.name == "tile") {
      const bool names_outer = a.size() >= 8;
      const std::size_t inner = names_outer ? 4 : 2;
      for (std::size_t i = 0; i < 2; ++i) {
        split(call, name(i), name(names_outer ? 2 + i : i), name(inner + i), a[inner + 2 + i].value);
      }
    }
    if (call.name == "fuse") fuse(name(0), name(1), name(2));
  }

 private:
  std::optional<std::int64_t> take(const std::string& loop) {
    const auto found = loops_.extract(loop);
    return found.empty() ? std::nullopt : std::optional(found.mapped());
  }

  void split(const dsl::Call& call, const std::string& old, const std::string& outer, const std::string& inner,
             std::int64_t size) {
    const std::optional<std::int64_t> extent = take(old);
    if (!inner.empty()) loops_[inner] = size;
    if (!extent) return;
    loops_[outer] = (*extent + size - 1) / size;
    if (size > *extent) found_.push_back({call, stage_, old, size, *extent});
  }

  void fuse(const std::string& inner, const std::string& outer, const std::string& fused) {
    const std::optional<std::int64_t> a = take(inner), b = take(outer);
    if (a && b) loops_[fused] = *a * *b;
  }

  std::string stage_;
  Loops loops_;
  std::vector<TooLarge>& found_;
};

// Where the chain goes on with a Func or a case that nothing is known of.
bool leaves_known_stages(const dsl::Call& call) {
  return call.name == "in" || call.name == "clone_in" || call.name == "rfactor" || call.name == "specialize";
}

}  // namespace

std::vector<TooLarge> parts_larger_than_loops(const dsl::Schedule& schedule, LoopExtents extents) {
  std::vector<TooLarge> found;
  std::map<std::string, Chain> chains;  // several statements may be about one stage
  const auto chain_of = [&](const std::string& stage) -> Chain& {
    return chains.try_emplace(stage, stage, extents[stage], found).first->second;
  };
  for (const dsl::Item& item : schedule.items) {
    const auto* const statement = std::get_if<dsl::Statement>(&item.what);
    if (statement == nullptr) continue;
    Chain* chain = &chain_of(statement->func);
    for (const dsl::Call& call : statement->calls) {
      if (leaves_known_stages(call)) break;
      if (call.name == "update") {
        chain = &chain_of(
            fmt::format("{}.update({})", statement->func, call.arguments.empty() ? 0 : call.arguments[0].value));
      } else {
        chain->follow(call);
      }
    }
  }
  return found;
}

}  // namespace nestwright::workbench
