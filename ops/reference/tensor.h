#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "ops/reference/number.h"

namespace nestwright::reference {

// A dense tensor, dimensions innermost first. A scalar has no extents and one element.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(std::vector<std::int64_t> extents)
      : extents_(std::move(extents)),
        elements_(static_cast<std::size_t>(
            std::accumulate(extents_.begin(), extents_.end(), std::int64_t{1}, std::multiplies<>()))) {}

  template <typename... Index>
  Number& operator()(Index... index) {
    return elements_.at(offset({static_cast<std::int64_t>(index)...}));
  }
  template <typename... Index>
  const Number& operator()(Index... index) const {
    return elements_.at(offset({static_cast<std::int64_t>(index)...}));
  }

  std::int64_t extent(std::size_t dimension) const { return extents_.at(dimension); }
  const std::vector<std::int64_t>& extents() const { return extents_; }
  std::vector<Number>& elements() { return elements_; }
  const std::vector<Number>& elements() const { return elements_; }

 private:
  std::size_t offset(std::initializer_list<std::int64_t> index) const {
    std::int64_t position = 0, stride = 1;
    std::size_t dimension = 0;
    for (const std::int64_t coordinate : index) {
      position += coordinate * stride;
      stride *= extents_[dimension++];
    }
    return static_cast<std::size_t>(position);
  }

  std::vector<std::int64_t> extents_;
  std::vector<Number> elements_;
};

// Tensors by the names that the signature gives them.
using Tensors = std::map<std::string, Tensor>;

}  // namespace nestwright::reference
