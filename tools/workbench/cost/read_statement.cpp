#include "tools/workbench/cost/read_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "support/error.h"

namespace nestwright::cost {

using Halide::Expr;
namespace ir = Halide::Internal;

namespace {

constexpr std::int64_t cache_line = 64;  // bytes
// Allocations that are not larger than this are put on the stack by Halide (Halide::Internal::CodeGen_Posix).
constexpr std::int64_t most_stack_bytes = std::int64_t{16} * 1024;

LoopKind kind_of(ir::ForType type) {
  switch (type) {
    case ir::ForType::Parallel:
      return LoopKind::parallel;
    case ir::ForType::GPUBlock:
      return LoopKind::gpu_block;
    case ir::ForType::GPUThread:
    case ir::ForType::GPULane:
      return LoopKind::gpu_thread;
    default:
      return LoopKind::serial;
  }
}

class LoadFinder : public ir::IRVisitor {
 public:
  bool found = false;

 private:
  using IRVisitor::visit;
  void visit(const ir::Load*) override { found = true; }
};

bool has_load(const Expr& expr) {
  LoadFinder finder;
  expr.accept(&finder);
  return finder.found;
}

// Whether `value` adds something to the element at `index` of the buffer `name`; a minimum or maximum of it counts,
// too.
bool adds_to(const Expr& value, const std::string& name, const Expr& index) {
  if (const auto* load = value.as<ir::Load>()) return load->name == name && ir::equal(load->index, index);
  if (const auto* op = value.as<ir::Let>()) return adds_to(op->body, name, index);
  if (const auto* op = value.as<ir::Add>()) return adds_to(op->a, name, index) || adds_to(op->b, name, index);
  if (const auto* op = value.as<ir::Max>()) return adds_to(op->a, name, index) || adds_to(op->b, name, index);
  if (const auto* op = value.as<ir::Min>()) return adds_to(op->a, name, index) || adds_to(op->b, name, index);
  if (const auto* op = value.as<ir::Select>()) {
    return adds_to(op->true_value, name, index) || adds_to(op->false_value, name, index);
  }
  return false;
}

}  // namespace

void StatementReader::add_buffer(const Buffer& buffer) {
  buffers_[buffer.name] = static_cast<int>(nest_->buffers.size());
  nest_->buffers.push_back(buffer);
}

void StatementReader::bind_field(const std::string& buffer, const char* field, std::size_t dimension,
                                 std::int64_t value) {
  index_.bind(fmt::format("{}.{}.{}", buffer, field, dimension), {.constant = value});
}

void StatementReader::read_body(const ir::Stmt& statement, Body& body) {
  Body* const outer = std::exchange(body_, &body);
  statement.accept(this);
  body_ = outer;
}

void StatementReader::visit(const ir::For* op) {
  const LoopKind kind = kind_of(op->for_type);
  if (!with_gpu_ && (kind == LoopKind::gpu_block || kind == LoopKind::gpu_thread)) {
    throw Error(op->name, "is a loop of a GPU; this target's caches are a processor's");
  }
  Loop loop = {.name = op->name,
               .kind = kind,
               .symbol = nest_->symbols.add_loop(),
               .first = index_.at_lane(op->min, 0),
               .extent = index_.at_lane(op->extent, 0)};
  index_.bind(op->name, {.constant = 0, .terms = {{loop.symbol, 1}}});
  const bool was_in_kernel = in_kernel_;
  in_kernel_ = was_in_kernel || kind == LoopKind::gpu_block || kind == LoopKind::gpu_thread;
  read_body(op->body, loop.body);
  in_kernel_ = was_in_kernel;
  body_->nodes.push_back({std::move(loop)});
}

void StatementReader::visit(const ir::Allocate* op) {
  Buffer buffer = {.name = op->name, .element_bytes = std::int64_t{op->type.bytes()} * op->type.lanes(), .elements = 1};
  for (const Expr& extent : op->extents) {
    const Linear elements = index_.at_lane(extent, 0);
    if (!elements.is_constant()) {
      throw Error(op->name,
                  "is allocated with a size that changes from iteration to iteration, which the cost model "
                  "does not know; bound its extents with `bound` or `align_bounds`");
    }
    buffer.elements *= elements.constant;
  }
  const std::int64_t bytes = buffer.elements * buffer.element_bytes;
  const bool is_heap = op->memory_type == Halide::MemoryType::Heap ||
                       (op->memory_type == Halide::MemoryType::Auto && bytes > most_stack_bytes);
  buffer.place = op->memory_type == Halide::MemoryType::GPUShared ? Place::shared
                 : is_heap                                        ? Place::heap
                                                                  : Place::stack;
  buffer.address = next_address_;
  next_address_ += (bytes + cache_line - 1) / cache_line * cache_line;
  add_buffer(buffer);
  op->body.accept(this);
}

void StatementReader::append(int buffer, const Linear& first, std::int64_t width, bool is_store, bool is_update) {
  const std::int64_t most =
      std::max<std::int64_t>(1, nest_->vector_bytes / nest_->buffers[static_cast<std::size_t>(buffer)].element_bytes);
  for (std::int64_t done = 0; done < width; done += most) {
    body_->nodes.push_back({Access{.buffer = buffer,
                                   .index = first + Linear{.constant = done},
                                   .width = std::min(most, width - done),
                                   .is_store = is_store,
                                   .updates = is_update ? 1 : 0}});
  }
}

void StatementReader::access(const std::string& name, const Expr& index, bool is_store, bool is_update) {
  const auto found = buffers_.find(name);
  if (found == buffers_.end()) throw Error(name, "is accessed by the lowered statement but nowhere allocated");
  const int lanes = index.type().lanes();
  // Lanes at neighbouring places make one access, and lanes at the same place count once.
  std::vector<Linear> places;
  for (int lane = 0; lane < lanes; ++lane) places.push_back(index_.at_lane(index, lane));
  std::size_t begin = 0;
  while (begin < places.size()) {
    std::size_t end = begin + 1;
    Linear last = places[begin];
    while (end < places.size() && (places[end] == last || places[end] == last + Linear{.constant = 1})) {
      last = places[end++];
    }
    append(found->second, places[begin], (last - places[begin]).constant + 1, is_store, is_update);
    begin = end;
  }
}

void StatementReader::visit(const ir::Load* op) {
  if (has_load(op->index)) op->index.accept(this);
  access(op->name, op->index, false, false);
}

void StatementReader::visit(const ir::Store* op) {
  op->value.accept(this);
  if (has_load(op->index)) op->index.accept(this);
  access(op->name, op->index, true, adds_to(op->value, op->name, op->index));
}

void StatementReader::visit(const ir::IfThenElse* op) {
  const Linear condition = index_.at_lane(op->condition, 0);
  if (has_load(op->condition)) op->condition.accept(this);
  // Outside a GPU's kernels, a constant condition keeps its branch: the assembler's reports have the kernels of both
  // sides.
  if (condition.is_constant() && (!with_gpu_ || in_kernel_)) {
    const ir::Stmt& taken = condition.constant != 0 ? op->then_case : op->else_case;
    if (taken.defined()) taken.accept(this);
    return;
  }
  Branch branch;
  branch.condition = condition.is_constant() || nest_->symbols.is_known(condition) ? condition : Linear{.constant = 1};
  read_body(op->then_case, branch.then_body);
  if (op->else_case.defined()) read_body(op->else_case, branch.else_body);
  body_->nodes.push_back({std::move(branch)});
}

void StatementReader::bind(const std::string& name, const Expr& value) {
  const Halide::Type type = value.type();
  const bool is_integer = (type.is_int() || type.is_uint()) && !type.is_handle();
  if (is_integer && type.is_scalar()) {
    index_.bind(name, index_.at_lane(value, 0));
  } else if (is_integer) {
    index_.bind_vector(name, value);
  }
  // Scalar integers are addresses, which count as no instructions: they are computed while vectors are.
  if (!is_integer || !type.is_scalar() || has_load(value)) value.accept(this);
}

void StatementReader::visit(const ir::LetStmt* op) {
  bind(op->name, op->value);
  op->body.accept(this);
}

void StatementReader::visit(const ir::Let* op) {
  bind(op->name, op->value);
  op->body.accept(this);
}

}  // namespace nestwright::cost
