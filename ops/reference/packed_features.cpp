#include "ops/reference/packed_features.h"

namespace nestwright::reference {

void put_features(const Tensor& part, std::int64_t first, Tensor& values) {
  const std::int64_t lanes = values.extent(0), blocks = values.extent(2);
  const std::int64_t features = static_cast<std::int64_t>(part.elements().size()) / (lanes * blocks);
  for (std::int64_t n = 0; n < static_cast<std::int64_t>(part.elements().size()); ++n) {
    values(n % lanes, first + n / lanes % features, n / (lanes * features)) =
        part.elements()[static_cast<std::size_t>(n)];
  }
}

}  // namespace nestwright::reference
