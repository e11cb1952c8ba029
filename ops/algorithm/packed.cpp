#include "ops/algorithm/packed.h"

#include "ops/algorithm/notation.h"

namespace nestwright::ops {

void Packed::add(std::int64_t first, std::int64_t count,
                 const std::function<std::vector<Expr>(const Expr&)>& values_at) {
  const int begin = static_cast<int>(first), places = static_cast<int>(count);
  const std::vector<Expr> part = values_at(clamp(slot - begin, 0, places - 1));
  const Expr is_here = slot >= begin && slot < begin + places;
  for (std::size_t n = 0; n < values_.size(); ++n) values_[n] = select(is_here, part.at(n), values_[n]);
}

}  // namespace nestwright::ops
