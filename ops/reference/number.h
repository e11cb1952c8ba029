#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nestwright::reference {

// The unit roundoff of float32.
inline constexpr double unit_roundoff = 0x1p-24;

// A value computed in float64, and a bound on how far a float32 evaluation of the same formula may be from it: running
// error analysis, Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3.3.
//
// An operation is allowed two roundings, division and square root four, exp, log and tanh eight: compilers may
// contract, reorder, and refine an estimated reciprocal.
struct Number {
  double value = 0;
  double error = 0;

  Number() = default;
  Number(double exact) : value(exact) {}
  Number(double value_, double error_) : value(value_), error(error_) {}
};

namespace detail {
inline Number rounded(double value, double inherited, int roundings) {
  return {value, inherited + roundings * unit_roundoff * std::abs(value)};
}
}  // namespace detail

inline Number operator-(const Number& a) { return {-a.value, a.error}; }
inline Number operator+(const Number& a, const Number& b) {
  // Two roundings of the operands, too, for sums may be reordered.
  const double reordered = unit_roundoff * (std::abs(a.value) + std::abs(b.value));
  return detail::rounded(a.value + b.value, a.error + b.error + reordered, 2);
}
inline Number operator-(const Number& a, const Number& b) { return a + -b; }
inline Number operator*(const Number& a, const Number& b) {
  const double inherited = std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error;
  return detail::rounded(a.value * b.value, inherited, 2);
}
inline Number operator/(const Number& a, const Number& b) {
  const double quotient = a.value / b.value;
  return detail::rounded(quotient, (a.error + std::abs(quotient) * b.error) / (std::abs(b.value) - b.error), 4);
}
inline Number sqrt(const Number& a) {
  const double root = std::sqrt(a.value);
  const double inherited = root > 0 ? std::min(a.error / root, std::sqrt(a.error)) : std::sqrt(a.error);
  return detail::rounded(root, inherited, 4);
}
inline Number exp(const Number& a) {
  const double power = std::exp(a.value);
  return detail::rounded(power, power * std::expm1(a.error), 8);
}
inline Number log(const Number& a) {
  return detail::rounded(std::log(a.value), a.error / (a.value - a.error) + 8 * unit_roundoff, 8);
}

// A sum of n terms in any order. Its error is at most gamma_n * sum of |term|, gamma_n = n u / (1 - n u) (Higham 2002,
// equation 4.4, each term being a rounded product), plus the errors of the terms.
class Sum {
 public:
  void add(const Number& term) {
    value_ += term.value;
    magnitude_ += std::abs(term.value);
    inherited_ += term.error;
    ++terms_;
  }
  void add_product(const Number& a, const Number& b) {
    value_ += a.value * b.value;
    magnitude_ += std::abs(a.value * b.value);
    inherited_ += std::abs(a.value) * b.error + std::abs(b.value) * a.error;
    ++terms_;
  }
  Number number() const {
    const double n_u = static_cast<double>(terms_ + 1) * unit_roundoff;
    return {value_, inherited_ + n_u / (1 - n_u) * magnitude_};
  }

 private:
  double value_ = 0, magnitude_ = 0, inherited_ = 0;
  std::int64_t terms_ = 0;
};

}  // namespace nestwright::reference
