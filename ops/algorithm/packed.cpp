#include "ops/algorithm/packed.h"

namespace nestwright::ops {

using Halide::Expr;

void Packed::add(std::int64_t first, std::int64_t count,
                 const std::function<std::vector<Expr>(const Expr&)>& values_at) {
  const Halide::Var slot("slot");
  const int begin = static_cast<int>(first), places = static_cast<int>(count);
  const std::vector<Expr> values = values_at(clamp(slot - begin, 0, places - 1));
  const Expr is_here = slot >= begin && slot < begin + places;
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = select(is_here, values.at(i), values_[i]);
}

}  // namespace nestwright::ops
