#pragma once

#include <string>

#include "ops/signature/signature.h"
#include "tools/workbench/cost/lower.h"

namespace nestwright::cost {

// The least traffic, reads and writes, between a cache and what is beyond it that any order of an operator's
// multiplications needs, when it is called again and again on the same memory.
struct LowerBound {
  double bytes = 0.0;
  std::string source;  // a name or a citation for the bound that was the larger one
};

// The larger of two bounds, for a cache of `cache_bytes`, which is M words of 4 bytes; both are given in words here:
// - what is read and written at least once, less what the cache may still hold from the call before: I + O - M;
// - for matrix products and convolutions of G multiply-adds, G / (2 sqrt(2) sqrt(R M)) - M (Irony, Toledo and Tiskin
//   2004, lemma 3.1 and theorem 4.1, after Hong and Kung 1981), where R is 1 for matrix products. A convolution's
//   input lies under up to R = ceil(kernel width / stride) ceil(kernel height / stride) taps, each of which is a matrix
//   product (Demmel and Dinh 2018, theorem 1, whose sqrt(M R) this is, with a constant).
// docs/cost-model.md derives the constant. A fused convolution, whose sums nobody stores, has the first bound only.
LowerBound least_traffic(const Signature& signature, const Shape& shape, const CallSize& size, double cache_bytes);

}  // namespace nestwright::cost
