#include "dsl/polyhedral/thread_conflict.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "dsl/polyhedral/access_set.h"
#include "dsl/polyhedral/integer_set.h"

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Texts = std::vector<std::string>;
using Condition = AccessSets::Condition;

// The dimensions of the loops over threads and blocks between the memory and what is done to it.
std::vector<int> dimensions_within(const PrivateMemory& memory) {
  std::set<int> found;
  for (const Access& access : memory.accesses) {
    for (std::size_t i = memory.outside; i < access.path.size(); ++i) {
      if (access.path[i].dimension >= 0) found.insert(access.path[i].dimension);
    }
  }
  return {found.begin(), found.end()};
}

// Whether the store belongs to the Func's pure definition, which any number of threads may compute alike.
bool is_pure(const PrivateMemory& memory, const Access& store, int updates) {
  if (updates == 0) return true;
  return std::ranges::any_of(store.path, [&](const Step& step) {
    return step.kind == Step::Kind::loop && ir::starts_with(step.name, memory.func + ".s0.");
  });
}

// How many threads the loops have that stand around what is done to the memory, for each dimension in which that is a
// constant. A group may have more, where other loops need them.
std::map<int, std::int64_t> threads_needed(const PrivateMemory& memory) {
  std::map<int, std::int64_t> needed;
  std::set<int> open;
  for (const Access& access : memory.accesses) {
    for (const Step& step : access.path) {
      if (step.kind != Step::Kind::loop || step.dimension < 0) continue;
      const auto extent = ir::as_const_int(ir::simplify(step.extent));
      if (!extent) open.insert(step.dimension);
      needed[step.dimension] = std::max(needed[step.dimension], extent.value_or(0));
    }
  }
  std::erase_if(needed, [&](const auto& entry) { return open.contains(entry.first); });
  return needed;
}

class Search {
 public:
  Search(const PrivateMemory& memory, int updates, std::map<int, std::int64_t> threads = {})
      : memory_(memory), updates_(updates), sets_(memory, dimensions_within(memory), std::move(threads)) {}

  std::optional<ThreadConflict> find() {
    if (sets_.dimensions().empty()) return std::nullopt;
    const bool is_told = std::ranges::all_of(
        memory_.accesses, [](const Access& access) { return !access.is_store || access.production.has_value(); });
    if (!is_told) return ThreadConflict{.memory = memory_, .is_certain = false};
    for (std::size_t production = 0; production < memory_.productions.size(); ++production) {
      const auto conflict = find_in(production);
      if (conflict) return conflict;
    }
    return std::nullopt;
  }

 private:
  std::optional<ThreadConflict> find_in(std::size_t production) {
    describe(production);
    Texts written, own, foreign;
    for (const auto& [store, by_reader, by_writer] : stores_) {
      const bool pure = is_pure(memory_, *store, updates_);
      if (pure) written.push_back(by_writer.bound(sets_.thread_names("w")));
      if (pure && by_reader.is_exact) own.push_back(by_reader.bound());
      if (pure) continue;
      const std::string another = in_another_thread(*store);
      if (another.empty()) continue;
      foreign.push_back(fmt::format("(exists ({} : {} and {}))", fmt::join(sets_.thread_names("w"), ", "), another,
                                    by_writer.bound()));
    }
    const std::string coordinates = sets_.coordinates(production, "t");
    const std::string read = sets_.set(coordinates, reads_);
    const auto kept_elsewhere = least_difference(read, sets_.set(coordinates, written), sets_.set(coordinates, own));
    if (kept_elsewhere) return explain(production, *kept_elsewhere);
    const auto updated_elsewhere = least_difference(read, sets_.set(coordinates, foreign), "");
    if (updated_elsewhere) return explain(production, *updated_elsewhere);
    return std::nullopt;
  }

  struct StoreConditions {
    const Access* store;
    Condition by_reader, by_writer;  // as done by thread t, and by thread w
  };

  void describe(std::size_t production) {
    reads_.clear();
    stores_.clear();
    is_exact_ = true;
    for (const Access& access : memory_.accesses) {
      if (access.is_store && access.production != production) continue;
      Condition by_reader = sets_.describe(access, production, "t");
      is_exact_ = is_exact_ && by_reader.is_exact;
      if (access.is_store) {
        stores_.push_back({&access, std::move(by_reader), sets_.describe(access, production, "w")});
        continue;
      }
      const std::string text = by_reader.bound();
      if (std::ranges::find(reads_, text) == reads_.end()) reads_.push_back(text);
    }
  }

  // That w, which stores, is not t; empty where all threads store alike.
  std::string in_another_thread(const Access& store) const {
    Texts cases;
    for (const int dimension : sets_.dimensions()) {
      if (!runs_in_all_threads(store, dimension)) cases.push_back(fmt::format("w{0} != t{0}", dimension));
    }
    return cases.empty() ? "" : fmt::format("({})", fmt::join(cases, " or "));
  }

  ThreadConflict explain(std::size_t production, const Point& point) {
    const std::size_t repetitions = sets_.repetitions(production).size(), threads = sets_.dimensions().size();
    ThreadConflict conflict{.memory = memory_,
                            .is_certain = is_exact_,
                            .dimensions = sets_.dimensions(),
                            .element = point.coordinates.at(repetitions)};
    for (const auto& [name, value] : point.parameters) {
      conflict.around[sets_.meaning(name)] = value;
      conflict.is_certain = conflict.is_certain && !sets_.is_opaque(name);
    }
    conflict.reader.assign(point.coordinates.end() - static_cast<std::ptrdiff_t>(threads), point.coordinates.end());
    Texts fixed;
    for (const auto& [name, value] : point.parameters) fixed.push_back(fmt::format("{} = {}", name, value));
    for (std::size_t n = 0; n < repetitions; ++n) fixed.push_back(fmt::format("c{} = {}", n, point.coordinates[n]));
    fixed.push_back(fmt::format("e = {}", conflict.element));
    for (std::size_t n = 0; n < threads; ++n) {
      fixed.push_back(fmt::format("t{} = {}", sets_.dimensions()[n], conflict.reader[n]));
    }
    for (const StoreConditions& each : stores_) {
      if (find_writer(each, production, fmt::format("{}", fmt::join(fixed, " and ")), conflict)) break;
    }
    return conflict;
  }

  bool find_writer(const StoreConditions& each, std::size_t production, const std::string& fixed,
                   ThreadConflict& conflict) {
    const std::string another = in_another_thread(*each.store);
    if (another.empty()) return false;
    Texts coordinates = sets_.thread_names("w");
    for (const std::string& variable : each.by_writer.variables) coordinates.push_back(variable);
    const std::string condition = fmt::format("(exists ({} : {} and {} and {}))", sets_.coordinates(production, "t"),
                                              each.by_writer.text, fixed, another);
    const std::string set = sets_.set(fmt::format("{}", fmt::join(coordinates, ", ")), {condition});
    const auto found = least_difference(set, set, "");
    if (!found) return false;
    const std::size_t threads = sets_.dimensions().size();
    conflict.writer.assign(found->coordinates.begin(),
                           found->coordinates.begin() + static_cast<std::ptrdiff_t>(threads));
    for (std::size_t n = threads; n < coordinates.size(); ++n) {
      const auto loop = each.by_writer.loops.find(coordinates[n]);
      if (loop != each.by_writer.loops.end()) conflict.iteration.emplace_back(loop->second, found->coordinates[n]);
    }
    return true;
  }

  const PrivateMemory& memory_;
  int updates_;
  AccessSets sets_;
  Texts reads_;
  std::vector<StoreConditions> stores_;
  bool is_exact_ = true;
};

}  // namespace

std::optional<ThreadConflict> find_thread_conflict(const PrivateMemory& memory,
                                                   const std::function<int(const std::string&)>& updates_of) {
  const int updates = updates_of(memory.func);
  auto conflict = Search(memory, updates).find();
  if (!conflict) return std::nullopt;
  // One of threads that are known to be there says more.
  if (auto certain = Search(memory, updates, threads_needed(memory)).find()) return certain;
  conflict->is_certain = false;
  return conflict;
}

}  // namespace nestwright::polyhedral
