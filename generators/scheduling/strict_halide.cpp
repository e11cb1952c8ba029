#include "generators/scheduling/strict_halide.h"

#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "generators/scheduling/block_limits.h"
#include "generators/scheduling/compile_arguments.h"

namespace nestwright {
namespace {

namespace ir = Halide::Internal;

// The extents of a call's buffers, innermost first, by Halide's names.
using Buffers = std::map<std::string, std::vector<std::int64_t>>;

Buffers known_buffers(const BoundAlgorithm& bound, std::int64_t dynamic) {
  const auto extents_of = [&](const TensorSpec& spec) {
    std::vector<std::int64_t> extents;
    for (const Dimension& dimension : spec.dimensions) {
      extents.push_back(dimension.extent == dynamic_extent ? dynamic : dimension.extent);
    }
    return extents;
  };
  const Signature& signature = find_signature(bound.op);
  Buffers buffers;
  const std::vector<TensorSpec> inputs = signature.inputs(bound.shape), outputs = signature.outputs(bound.shape);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].is_scalar()) buffers[bound.inputs[i].second.name()] = extents_of(inputs[i]);
  }
  std::size_t index = 0;
  for (const Halide::Func& output : bound.algorithm.outputs) {
    for (const Halide::OutputImageParam& buffer : output.output_buffers()) {
      buffers[buffer.name()] = extents_of(outputs.at(index++));
    }
  }
  return buffers;
}

// Puts numbers for what the kernel asks of its buffers, and for what was named after that.
class Known : public ir::IRMutator {
 public:
  explicit Known(Buffers buffers) : buffers_(std::move(buffers)) {}

  void name(const std::string& variable, const Halide::Expr& value) {
    const Halide::Expr known = ir::simplify(mutate(value));
    if (ir::is_const(known)) values_[variable] = known;
  }

 protected:
  using ir::IRMutator::visit;

  Halide::Expr visit(const ir::Variable* op) override {
    const auto found = values_.find(op->name);
    return found == values_.end() ? Halide::Expr(op) : found->second;
  }

  Halide::Expr visit(const ir::Call* op) override {
    const auto* buffer = op->args.empty() ? nullptr : op->args[0].as<ir::Variable>();
    const auto dimension = op->args.size() < 2 ? std::nullopt : ir::as_const_int(op->args[1]);
    if (buffer == nullptr || !dimension) return ir::IRMutator::visit(op);
    const auto found = buffers_.find(buffer->name.substr(0, buffer->name.rfind(".buffer")));
    if (found == buffers_.end()) return ir::IRMutator::visit(op);
    const std::vector<std::int64_t>& extents = found->second;
    const auto d = static_cast<std::size_t>(*dimension);
    if (op->name == ir::Call::buffer_get_min) return Halide::Internal::make_const(op->type, 0);
    if (op->name == ir::Call::buffer_get_max) return Halide::Internal::make_const(op->type, extents.at(d) - 1);
    if (op->name == ir::Call::buffer_get_extent) return Halide::Internal::make_const(op->type, extents.at(d));
    if (op->name != ir::Call::buffer_get_stride) return ir::IRMutator::visit(op);
    std::int64_t stride = 1;
    for (std::size_t inner = 0; inner < d; ++inner) stride *= extents.at(inner);
    return Halide::Internal::make_const(op->type, stride);
  }

 private:
  Buffers buffers_;
  std::map<std::string, Halide::Expr> values_;
};

// What a broken assertion says. Of an access beyond a buffer: its name, the dimension, and from where to where.
std::string complaint_of(const Halide::Expr& message) {
  std::ostringstream text;
  const auto* call = message.as<ir::Call>();
  if (call == nullptr || call->name != "halide_error_access_out_of_bounds" || call->args.size() < 6) {
    text << message;
    return text.str();
  }
  const auto* name = call->args[0].as<ir::StringImm>();
  text << (name == nullptr ? "a buffer" : name->value) << " would be accessed from " << call->args[2] << " to "
       << call->args[3] << " in dimension " << call->args[1] << ", where it has " << call->args[4] << " to "
       << call->args[5];
  return text.str();
}

// Follows the names and assertions that a kernel begins with.
void require_assertions(ir::Stmt statement, const Buffers& buffers) {
  Known known(buffers);
  while (statement.defined()) {
    if (const auto* let = statement.as<ir::LetStmt>()) {
      known.name(let->name, let->value);
      statement = let->body;
      continue;
    }
    const auto* block = statement.as<ir::Block>();
    const auto* assertion = (block == nullptr ? statement : block->first).as<ir::AssertStmt>();
    if (assertion == nullptr) return;
    if (ir::is_const_zero(ir::simplify(known.mutate(assertion->condition)))) {
      throw Halide::CompileError("it would fail whenever it is called: " +
                                 complaint_of(ir::simplify(known.mutate(assertion->message))));
    }
    statement = block == nullptr ? ir::Stmt() : block->rest;
  }
}

// The first tensor that an expression reads; empty where it reads none.
std::string tensor_read_by(const Halide::Expr& value) {
  class Reads : public ir::IRVisitor {
   public:
    std::string first;

   private:
    using ir::IRVisitor::visit;
    void visit(const ir::Load* op) override {
      if (first.empty()) first = op->name;
    }
  };
  Reads reads;
  value.accept(&reads);
  return reads.first;
}

bool has_gpu_loop(const ir::Stmt& statement) {
  class Loops : public ir::IRVisitor {
   public:
    bool found = false;

   private:
    using ir::IRVisitor::visit;
    void visit(const ir::For* op) override {
      found = found || ir::is_gpu(op->for_type);
      if (!found) ir::IRVisitor::visit(op);
    }
  };
  Loops loops;
  statement.accept(&loops);
  return loops.found;
}

// Looks through a lowered statement for what Halide 21 gets wrong about memory, and for what no GPU can start, and
// throws where it finds it.
class MemoryCheck : public ir::IRMutator {
 protected:
  using ir::IRMutator::visit;

  ir::Stmt visit(const ir::Allocate* op) override {
    if (op->new_expr.defined()) {
      throw Halide::CompileError(
          "what a thread of the GPU keeps has no constant size (" + op->name +
          "), so that Halide puts it into the device's memory, and too little of that; use a tile that divides its "
          "loop, or one in registers of a fixed size");
    }
    sizes_[op->name] = op->constant_allocation_size();
    return IRMutator::visit(op);
  }

  ir::Stmt visit(const ir::For* op) override {
    const bool was_on_gpu = is_on_gpu_;
    const std::int64_t threads_around = threads_;
    is_on_gpu_ = was_on_gpu || ir::is_gpu(op->for_type);
    const auto extent = ir::as_const_int(ir::simplify(op->extent));
    if (op->for_type == ir::ForType::GPUThread && extent) threads_ *= *extent;
    if (threads_ > most_block_threads) {
      throw Halide::CompileError("a group of the GPU's threads would have " + std::to_string(threads_) +
                                 " of them, and " + std::to_string(most_block_threads) +
                                 " are possible; split a loop over threads");
    }
    ir::Stmt result = IRMutator::visit(op);
    is_on_gpu_ = was_on_gpu;
    threads_ = threads_around;
    return result;
  }

  ir::Stmt visit(const ir::LetStmt* op) override {
    const std::string tensor = is_on_gpu_ ? "" : tensor_read_by(op->value);
    if (!tensor.empty() && has_gpu_loop(op->body)) {
      throw Halide::CompileError(
          "the processor would read " + tensor +
          " before it starts the GPU's kernel, in whose threads the value is the same, and the tensor is not there; "
          "specialize for other extents, so that it differs");
    }
    return IRMutator::visit(op);
  }

  Halide::Expr visit(const ir::Load* op) override {
    const auto size = sizes_.find(op->name);
    const bool is_masked = op->type.lanes() > 1 && !ir::is_const_one(op->predicate);
    if (is_masked && size != sizes_.end() && size->second == 1) {
      throw Halide::CompileError(
          "a vector of " + std::to_string(op->type.lanes()) +
          " values, all but one left out, would be loaded from a stage that keeps one value (" + op->name +
          "), which Halide does not align for it; vectorize another loop, or compute " + "the stage further out");
    }
    return IRMutator::visit(op);
  }

 private:
  std::map<std::string, int> sizes_;  // in values; 0: not constant
  bool is_on_gpu_ = false;
  std::int64_t threads_ = 1;  // of a group, as far as loops around say
};

class StrictReporter : public Halide::CompileTimeErrorReporter {
 public:
  void warning(const char* text) override {
    const std::string message = text;
    // That a stage is kept whole where a part would do costs memory, which `explain` shows; autoschedulers cause it.
    if (message.find("Not folding") != std::string::npos) return;
    if (message.find("guaranteed to fail") == std::string::npos) {
      const std::lock_guard lock(mutex_);
      warnings_.push_back(message);
      return;
    }
    // The second line holds the assertion: halide_error_access_out_of_bounds("input", 0, 0, ...).
    const std::size_t line = message.find('\n');
    throw Halide::CompileError("it would fail whenever it is called: " +
                               (line == std::string::npos ? message : message.substr(line + 1)));
  }
  [[noreturn]] void error(const char* text) override { throw Halide::CompileError(text); }

  std::vector<std::string> take_warnings() {
    const std::lock_guard lock(mutex_);
    return std::exchange(warnings_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> warnings_;
};

StrictReporter& reporter() {
  static StrictReporter instance;
  return instance;
}

}  // namespace

std::vector<std::string> take_halide_warnings() { return reporter().take_warnings(); }

void make_halide_strict() {
  Halide::set_custom_compile_time_error_reporter(&reporter());
  static_cast<void>(take_halide_warnings());
#if defined(__SANITIZE_ADDRESS__)
  // AddressSanitizer loses track of the stack that Halide lowers on when an exception leaves it.
  Halide::set_compiler_stack_size(0);
#endif
}

Halide::Pipeline checked_pipeline(const BoundAlgorithm& bound) {
  make_halide_strict();
  Halide::Pipeline pipeline(bound.algorithm.outputs);
  pipeline.add_custom_lowering_pass(new MemoryCheck);  // the pipeline owns it
  return pipeline;
}

void require_within_buffers(const BoundAlgorithm& bound, const Halide::Target& target) {
  const Halide::Target with_asserts =
      target.without_feature(Halide::Target::NoAsserts).with_feature(Halide::Target::NoBoundsQuery);
  const Halide::Module module =
      checked_pipeline(bound).compile_to_module(compile_arguments(bound), "checked", with_asserts);
  const auto& functions = module.functions();
  // How many blocks there are shows only in what Halide leaves to the call; one and several are tried.
  for (const std::int64_t dynamic : {1, 3}) require_assertions(functions.front().body, known_buffers(bound, dynamic));
}

}  // namespace nestwright
