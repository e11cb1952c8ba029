#include "generators/scheduling/statement_checks.h"

#include <algorithm>
#include <set>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

class Collector : public ir::IRVisitor {
 public:
  explicit Collector(StatementChecks& found) : found_(found) {}

 protected:
  using ir::IRVisitor::visit;

  void visit(const ir::LetStmt* op) override {
    within({.kind = Frame::Kind::let, .name = op->name, .value = op->value, .extent = {}}, op->body);
  }
  void visit(const ir::For* op) override {
    within({.kind = Frame::Kind::loop, .name = op->name, .value = op->min, .extent = op->extent}, op->body);
  }
  void visit(const ir::IfThenElse* op) override {
    within({.kind = Frame::Kind::branch, .name = {}, .value = op->condition, .extent = {}}, op->then_case);
    if (!op->else_case.defined()) return;
    within({.kind = Frame::Kind::branch, .name = {}, .value = !op->condition, .extent = {}}, op->else_case);
  }
  void visit(const ir::AssertStmt* op) override { found_.checks.push_back({.around = around_, .assertion = op}); }
  void visit(const ir::Allocate* op) override {
    found_.checks.push_back({.around = around_, .allocation = op});
    op->body.accept(this);
  }
  void visit(const ir::Store*) override {}

 private:
  void within(Frame frame, const ir::Stmt& body) {
    const Frame* const before = around_;
    frame.around = around_;
    around_ = &found_.frames.emplace_back(std::move(frame));
    body.accept(this);
    around_ = before;
  }

  StatementChecks& found_;
  const Frame* around_ = nullptr;
};

void add_names(const Halide::Expr& expression, std::set<std::string>& names) {
  class Names : public ir::IRGraphVisitor {
   public:
    explicit Names(std::set<std::string>& found) : found_(found) {}

   private:
    using ir::IRGraphVisitor::visit;
    void visit(const ir::Variable* op) override { found_.insert(op->name); }
    std::set<std::string>& found_;
  };
  Names visitor(names);
  if (expression.defined()) expression.accept(&visitor);
}

// Goes through the iterations of loops, the outermost first.
class Walk {
 public:
  Walk(const std::vector<NeededFrame>& frames, const Buffers& buffers, const std::function<void(const Known&)>& visit)
      : frames_(frames), known_{.buffers = buffers}, visit_(visit) {}

  bool is_complete = true;

  void from(std::size_t index) {
    if (index == frames_.size()) {
      visit_(known_);
      return;
    }
    if (++steps_ > most_steps) {
      is_complete = false;
      return;
    }
    const Frame& frame = *frames_[index].frame;
    const auto value = value_of(frame.value, known_);
    if (frame.kind == Frame::Kind::let) {
      known_.values.erase(frame.name);
      if (value) known_.values[frame.name] = *value;
      from(index + 1);
    } else if (frame.kind == Frame::Kind::branch) {
      if (!value) is_complete = false;
      if (value.value_or(0) != 0) from(index + 1);
    } else {
      through_loop(index, value, value_of(frame.extent, known_));
    }
  }

 private:
  void through_loop(std::size_t index, std::optional<std::int64_t> first, std::optional<std::int64_t> extent) {
    if (!first || !extent) {
      is_complete = false;
      return;
    }
    if (!frames_[index].is_used) {
      if (*extent > 0) from(index + 1);
      return;
    }
    for (std::int64_t i = 0; i < *extent; ++i) {
      if (*extent > 3 * few && (i == few || i == *extent / 2 + 1)) {
        i = i == few ? *extent / 2 : *extent - few;
        is_complete = false;
      }
      known_.values[frames_[index].frame->name] = *first + i;
      from(index + 1);
    }
  }

  static constexpr std::int64_t few = 16;            // iterations of a long loop's beginning and end
  static constexpr std::int64_t most_steps = 50000;  // keeps a check within a tenth of a second

  const std::vector<NeededFrame>& frames_;
  Known known_;
  const std::function<void(const Known&)>& visit_;
  std::int64_t steps_ = 0;
};

}  // namespace

StatementChecks checks_of(const ir::Stmt& statement) {
  StatementChecks found{.statement = statement, .frames = {}, .checks = {}};
  Collector collector(found);
  statement.accept(&collector);
  return found;
}

std::vector<NeededFrame> frames_before(const Frame* around, const std::vector<Halide::Expr>& values) {
  std::set<std::string> names;
  for (const Halide::Expr& value : values) add_names(value, names);
  std::vector<NeededFrame> frames;
  for (const Frame* frame = around; frame != nullptr; frame = frame->around) {
    // A loop without iterations reaches nothing within it.
    const bool may_be_empty = frame->kind == Frame::Kind::loop && !ir::is_const(frame->extent);
    const bool is_used = names.contains(frame->name);
    if (frame->kind != Frame::Kind::branch && !may_be_empty && !is_used) continue;
    frames.push_back({frame, is_used});
    add_names(frame->value, names);
    add_names(frame->extent, names);
  }
  std::ranges::reverse(frames);
  return frames;
}

bool for_each_iteration(const std::vector<NeededFrame>& frames, const Buffers& buffers,
                        const std::function<void(const Known&)>& visit) {
  Walk walk(frames, buffers, visit);
  walk.from(0);
  return walk.is_complete;
}

}  // namespace nestwright
