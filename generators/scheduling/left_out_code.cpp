#include "generators/scheduling/left_out_code.h"

#include <set>
#include <string>

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

class StoredCode : public ir::IRVisitor {
 public:
  bool has_unreachable = false;
  std::set<std::string> stored;

 private:
  using ir::IRVisitor::visit;

  void visit(const ir::Call* op) override {
    has_unreachable = has_unreachable || op->is_intrinsic(ir::Call::unreachable);
    ir::IRVisitor::visit(op);
  }

  void visit(const ir::Store* op) override {
    stored.insert(op->name.substr(0, op->name.find('.')));  // a Tuple's parts are "argmax.0", "argmax.1"
    ir::IRVisitor::visit(op);
  }
};

}  // namespace

void require_nothing_left_out(const ir::Stmt& statement, const std::vector<Halide::Func>& outputs) {
  StoredCode code;
  statement.accept(&code);
  bool is_whole = !code.has_unreachable;
  for (const Halide::Func& output : outputs) is_whole = is_whole && code.stored.contains(output.name());
  if (!is_whole) {
    throw Halide::CompileError(
        "the kernel would use more elements of a Func than are kept of it, and Halide makes no code of that");
  }
}

}  // namespace nestwright
