#include "generators/scheduling/run_time_checks.h"

#include <algorithm>
#include <set>

#include "generators/scheduling/call_extents.h"

namespace nestwright {
namespace {

// Storage has to suffice for so many blocks (1024 images), where the tensors do. A larger call, up to the largest batch
// of the programs (65,536 images), may fail where a schedule keeps all of it at once; that is noted.
constexpr std::int64_t most_blocks_kept = 64, most_blocks = 4096;

// One block and three, then numbers that leave every rest when tails of 2 to 16 divide them, small ones and large ones,
// and the largest.
std::vector<std::int64_t> calls_up_to(std::int64_t largest) {
  std::vector<std::int64_t> calls = {1, 3, 2};
  for (std::int64_t open = 4; open <= 17; ++open) calls.push_back(open);
  for (std::int64_t open = most_blocks_kept - 16; open <= most_blocks_kept; ++open) calls.push_back(open);
  calls.insert(calls.end(), {most_blocks - 1, most_blocks, largest - 1, largest});
  std::erase_if(calls, [&](std::int64_t open) { return open < 1 || open > largest; });
  return calls;
}

CheckOutcome evaluate(const StatementCheck& check, const Buffers& buffers) {
  return check.allocation != nullptr ? evaluate_allocation(check, buffers) : evaluate_assertion(check, buffers);
}

}  // namespace

RunTimeChecks evaluate_checks(const BoundAlgorithm& bound, const Halide::Internal::Stmt& statement) {
  const StatementChecks found = checks_of(statement);
  const std::int64_t largest = largest_open_extent(bound);
  RunTimeChecks result{.most_open = std::min(largest, most_blocks)};
  const std::vector<std::int64_t> calls = calls_up_to(largest);
  std::set<std::string> undecided;
  for (const std::int64_t open : calls) {
    const Buffers buffers = buffers_of_call(bound, open);
    for (const StatementCheck& check : found.checks) {
      if (check.allocation != nullptr && open > most_blocks) continue;
      CheckOutcome outcome = evaluate(check, buffers);
      const bool is_large_storage = check.allocation != nullptr && open > most_blocks_kept;
      if (outcome.failed && is_large_storage) {
        if (!result.fails_at_most) result.fails_at_most = std::move(outcome.failed);
      } else if (outcome.failed) {
        result.failed = std::move(outcome.failed);
        result.open = open;
        return result;
      }
      if (!outcome.is_decided) undecided.insert(outcome.subject);
    }
  }
  result.undecided.assign(undecided.begin(), undecided.end());
  return result;
}

}  // namespace nestwright
