#include "tests/legality/thread_simulation.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace nestwright::polyhedral {
namespace {

namespace ir = Halide::Internal;
using Halide::Expr;
using Values = std::map<std::string, std::int64_t>;

// The value of an expression over integers.
class Evaluation {
 public:
  Evaluation(const Values& values, const Values& around) : values_(values), around_(around) {}

  std::int64_t of(const Expr& e) const {
    if (const auto constant = ir::as_const_int(e)) return *constant;
    if (const auto constant = ir::as_const_uint(e)) return static_cast<std::int64_t>(*constant);
    if (const auto* variable = e.as<ir::Variable>()) {
      auto found = values_.find(variable->name);
      if (found != values_.end()) return found->second;
      found = around_.find(variable->name);
      return found == around_.end() ? 1 : found->second;  // an argument of the kernel that matters to nothing here
    }
    if (const auto* op = e.as<ir::Add>()) return of(op->a) + of(op->b);
    if (const auto* op = e.as<ir::Sub>()) return of(op->a) - of(op->b);
    if (const auto* op = e.as<ir::Mul>()) return of(op->a) * of(op->b);
    if (const auto* op = e.as<ir::Div>()) return ir::div_imp(of(op->a), of(op->b));
    if (const auto* op = e.as<ir::Mod>()) return ir::mod_imp(of(op->a), of(op->b));
    if (const auto* op = e.as<ir::Min>()) return std::min(of(op->a), of(op->b));
    if (const auto* op = e.as<ir::Max>()) return std::max(of(op->a), of(op->b));
    if (const auto* op = e.as<ir::Select>()) return of(of(op->condition) != 0 ? op->true_value : op->false_value);
    if (const auto* op = e.as<ir::Cast>()) return of(op->value);
    return truth(e) ? 1 : 0;
  }

 private:
  bool truth(const Expr& e) const {
    if (const auto* op = e.as<ir::And>()) return of(op->a) != 0 && of(op->b) != 0;
    if (const auto* op = e.as<ir::Or>()) return of(op->a) != 0 || of(op->b) != 0;
    if (const auto* op = e.as<ir::Not>()) return of(op->a) == 0;
    if (const auto* op = e.as<ir::LT>()) return of(op->a) < of(op->b);
    if (const auto* op = e.as<ir::LE>()) return of(op->a) <= of(op->b);
    if (const auto* op = e.as<ir::GT>()) return of(op->a) > of(op->b);
    if (const auto* op = e.as<ir::GE>()) return of(op->a) >= of(op->b);
    if (const auto* op = e.as<ir::EQ>()) return of(op->a) == of(op->b);
    if (const auto* op = e.as<ir::NE>()) return of(op->a) != of(op->b);
    throw std::domain_error("not an expression over integers");
  }

  const Values &values_, &around_;
};

// A store of the element: in which iteration of the loops around the producer, and whether by the reader and the
// writer.
struct Sighting {
  std::vector<std::int64_t> repetition;
  bool by_reader, by_writer, is_update;
};

class Simulation {
 public:
  Simulation(const ThreadConflict& conflict, int updates) : conflict_(conflict), updates_(updates) {}

  Confirmation run() {
    for (const Access& access : conflict_.memory.accesses) {
      access_ = &access;
      values_.clear();
      if (!go_through(0)) return Confirmation::undecided;
    }
    return confirms() ? Confirmation::confirmed : Confirmation::refuted;
  }

 private:
  // False where there are too many iterations.
  bool go_through(std::size_t step_index) {
    if (++steps_ > 20'000'000) return false;
    if (step_index == access_->path.size()) {
      look();
      return true;
    }
    const Step& step = access_->path[step_index];
    const bool is_outside = step_index < conflict_.memory.outside;
    if (step.kind == Step::Kind::guard) {
      return !is_outside && of(step.value) == 0 ? true : go_through(step_index + 1);
    }
    const auto known = conflict_.around.find(step.name);
    if (is_outside && known != conflict_.around.end()) {
      return with(step.name, known->second, step_index);
    }
    if (step.kind == Step::Kind::let) return with(step.name, value_of(step), step_index);
    const std::int64_t least = of(step.value), extent = of(step.extent);
    for (std::int64_t n = 0; n < (is_outside ? 1 : extent); ++n) {
      if (!with(step.name, least + n, step_index)) return false;
    }
    return true;
  }

  std::int64_t of(const Expr& expression) const { return Evaluation(values_, conflict_.around).of(expression); }

  // Values that are no integers matter to no index.
  std::int64_t value_of(const Step& step) const {
    try {
      return of(step.value);
    } catch (const std::domain_error&) {
      return 1;
    }
  }

  bool with(const std::string& name, std::int64_t value, std::size_t step_index) {
    values_[name] = value;
    return go_through(step_index + 1);
  }

  bool is_by(const std::vector<std::int64_t>& thread) const {
    for (std::size_t n = 0; n < conflict_.dimensions.size(); ++n) {
      const int dimension = conflict_.dimensions[n];
      const auto loop = std::ranges::find(access_->path.rbegin(), access_->path.rend(), dimension, &Step::dimension);
      if (loop == access_->path.rend()) {
        const bool all = dimension >= first_block_dimension || dimension < access_->single_from;
        if (!all && thread[n] != 0) return false;
        continue;
      }
      if (values_.at(loop->name) - of(loop->value) != thread[n]) return false;
    }
    return true;
  }

  void look() {
    if (of(access_->index) != conflict_.element) return;
    const bool by_reader = is_by(conflict_.reader), by_writer = is_by(conflict_.writer);
    if (!access_->is_store) {
      is_read_ = is_read_ || by_reader;
      return;
    }
    std::vector<std::int64_t> repetition;
    for (const Step& step : conflict_.memory.productions[access_->production.value_or(0)]) {
      if (step.kind == Step::Kind::loop && step.dimension < 0) repetition.push_back(values_.at(step.name));
    }
    const bool is_pure =
        updates_ == 0 || std::ranges::any_of(access_->path, [&](const Step& step) {
          return step.kind == Step::Kind::loop && ir::starts_with(step.name, conflict_.memory.func + ".s0.");
        });
    sightings_.push_back({repetition, by_reader, by_writer, !is_pure});
  }

  bool confirms() const {
    if (!is_read_) return false;
    return std::ranges::any_of(sightings_, [&](const Sighting& sighting) {
      if (!sighting.by_writer) return false;
      if (sighting.is_update && !sighting.by_reader) return true;
      return std::ranges::none_of(sightings_, [&](const Sighting& other) {
        return other.by_reader && other.repetition == sighting.repetition && other.is_update == sighting.is_update;
      });
    });
  }

  const ThreadConflict& conflict_;
  int updates_;
  const Access* access_ = nullptr;
  Values values_;
  bool is_read_ = false;
  std::vector<Sighting> sightings_;
  std::int64_t steps_ = 0;
};

}  // namespace

Confirmation simulate_threads(const ThreadConflict& conflict, int updates) {
  try {
    return Simulation(conflict, updates).run();
  } catch (const std::domain_error&) {
    return Confirmation::undecided;
  }
}

}  // namespace nestwright::polyhedral
