#include "dsl/shared_storage.h"

#include <algorithm>
#include <regex>
#include <set>
#include <utility>

#include "dsl/polyhedral/unfused_kernel.h"

namespace nestwright::dsl {
namespace {

namespace ir = Halide::Internal;
using Halide::MemoryType;

struct SharedAllocation {
  std::string name;
  int bytes = 0;      // of an element
  Halide::Expr size;  // in elements
};

// Gathers what is kept for more than one thread.
class SharedAllocations : public ir::IRVisitor {
 public:
  std::vector<SharedAllocation> found;

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::For* op) override {
    const bool is_over_threads = polyhedral::is_over_threads(*op);
    thread_depth_ += is_over_threads ? 1 : 0;
    ir::IRVisitor::visit(op);
    thread_depth_ -= is_over_threads ? 1 : 0;
  }

  void visit(const ir::Allocate* op) override {
    const bool is_a_threads =
        op->memory_type == MemoryType::Stack || op->memory_type == MemoryType::Register ||
        (op->memory_type == MemoryType::Auto && thread_depth_ > 0 && op->constant_allocation_size() != 0);
    if (!is_a_threads) {
      Halide::Expr size = 1;
      for (const Halide::Expr& extent : op->extents) size *= extent;
      found.push_back({op->name, op->type.bytes(), size});
    }
    ir::IRVisitor::visit(op);
  }

  int thread_depth_ = 0;
};

using Place = std::set<std::string>;  // the memories that have had it

// Halide names the memory of a kernel after its places, "allocgroup__PLACE__PLACE", and a place after all that have it,
// each with a number: "argmax.0_total.2".
std::vector<Place> places_in(const std::string& name) {
  static const std::string beginning = "allocgroup__", between = "__";
  static const std::regex memory("(.+?)\\.[0-9]+(_|$)");
  std::vector<Place> places;
  if (!name.starts_with(beginning)) return places;
  for (std::size_t start = beginning.size(), end = 0; end != std::string::npos; start = end + between.size()) {
    end = name.find(between, start);
    const std::string text = name.substr(start, end == std::string::npos ? end : end - start);
    Place& place = places.emplace_back();
    for (std::sregex_iterator match(text.begin(), text.end(), memory); match != std::sregex_iterator(); ++match) {
      place.insert((*match)[1]);
    }
  }
  return places;
}

class KernelMemories : public ir::IRMutator {
 public:
  explicit KernelMemories(std::vector<Place>& places) : places_(places) {}

 private:
  using ir::IRMutator::visit;
  ir::Stmt visit(const ir::Allocate* op) override {
    for (Place& place : places_in(op->name)) places_.push_back(std::move(place));
    return IRMutator::visit(op);
  }
  std::vector<Place>& places_;
};

std::vector<Place> places_of(const std::vector<ir::Function>& outputs, const Halide::Target& target) {
  std::vector<Halide::Func> funcs;
  for (const ir::Function& output : outputs) funcs.emplace_back(output);
  std::vector<Place> places;
  Halide::Pipeline pipeline(funcs);
  pipeline.add_custom_lowering_pass(new KernelMemories(places));  // the pipeline owns it
  try {
    pipeline.compile_to_module(pipeline.infer_arguments(), "places", target);
  } catch (const Halide::Error&) {
    return {};  // whoever compiles the schedule then says why
  }
  return places;
}

}  // namespace

std::vector<SharedPair> find_uneven_pairs(const ir::Stmt& unfused) {
  SharedAllocations kept;
  unfused.accept(&kept);
  std::vector<SharedPair> pairs;
  for (const SharedAllocation& narrow : kept.found) {
    for (const SharedAllocation& wide : kept.found) {
      if (narrow.bytes >= wide.bytes) continue;
      if (ir::can_prove(narrow.size % (wide.bytes / narrow.bytes) == 0)) continue;
      pairs.push_back({narrow.name, wide.name, narrow.bytes, wide.bytes});
    }
  }
  return pairs;
}

std::optional<SharedPair> find_shared_place(const std::vector<SharedPair>& pairs,
                                            const std::vector<ir::Function>& outputs, const Halide::Target& target) {
  if (pairs.empty()) return std::nullopt;
  const std::vector<Place> places = places_of(outputs, target);
  for (const SharedPair& pair : pairs) {
    const bool is_shared = std::ranges::any_of(
        places, [&](const Place& place) { return place.contains(pair.narrow) && place.contains(pair.wide); });
    if (is_shared) return pair;
  }
  return std::nullopt;
}

}  // namespace nestwright::dsl
