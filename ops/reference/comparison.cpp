#include "ops/reference/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/error.h"

namespace nestwright::reference {
namespace {

// Products of denormal numbers may be flushed to zero: with a slack, an error up to float32's smallest normal number is
// allowed.
constexpr double smallest_normal = 0x1p-126;

void compare(const std::string& name, const Tensor& actual, const Tensor& expected, double slack, Comparison& result) {
  if (actual.extents() != expected.extents()) throw Error(name, "has other extents than its reference");
  std::size_t wrong = 0, first_wrong = 0;
  for (std::size_t n = 0; n < expected.elements().size(); ++n) {
    const Number &got = actual.elements()[n], &want = expected.elements()[n];
    const double error = std::abs(got.value - want.value);
    const double allowed = slack * want.error + got.error + (slack > 0 ? smallest_normal : 0);
    result.largest_error = std::max(result.largest_error, error);
    if (error > 0) result.largest_share = std::max(result.largest_share, error / allowed);
    if (error <= allowed) continue;  // false for NaN
    if (wrong++ == 0) first_wrong = n;
  }
  if (wrong == 0 || !result.complaint.empty()) return;
  const Number &got = actual.elements()[first_wrong], &want = expected.elements()[first_wrong];
  result.complaint =
      fmt::format("{}: {} of {} elements are wrong; the first, {}, is {}, expected {} +- {}", name, wrong,
                  expected.elements().size(), first_wrong, got.value, want.value, slack * want.error + got.error);
}

}  // namespace

Comparison compare(const Tensors& actual, const Tensors& expected, double slack) {
  Comparison result;
  for (const auto& [name, tensor] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) throw Error(name, "is not there");
    compare(name, found->second, tensor, slack, result);
  }
  if (actual.size() != expected.size()) throw Error("comparison", "there are more tensors than the reference has");
  return result;
}

}  // namespace nestwright::reference
