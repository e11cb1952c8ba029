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
// An operation is allowed more roundings than the one that IEEE 754 gives it (namespace detail): compilers may
// contract, reorder, and refine an estimated reciprocal.
struct Number {
  double value = 0;
  double error = 0;

  Number() = default;
  Number(double exact) : value(exact) {}
  Number(double value_, double error_) : value(value_), error(error_) {}
};

namespace detail {
inline constexpr int arithmetic_roundings = 2;  // of +, - and *
inline constexpr int division_roundings = 4;    // of / and sqrt
inline constexpr int function_roundings = 8;    // of exp, log and tanh

// `value`, whose error is the one that it has inherited from its operands and that of its own roundings.
inline Number rounded(double value, double inherited, int roundings) {
  return {value, inherited + roundings * unit_roundoff * std::abs(value)};
}
}  // namespace detail

inline Number operator-(const Number& a) { return {-a.value, a.error}; }
inline Number operator+(const Number& a, const Number& b) {
  // Sums may be reordered, so each operand is allowed a rounding of its own, too.
  const double reordered = unit_roundoff * (std::abs(a.value) + std::abs(b.value));
  return detail::rounded(a.value + b.value, a.error + b.error + reordered, detail::arithmetic_roundings);
}
inline Number operator-(const Number& a, const Number& b) { return a + -b; }
inline Number operator*(const Number& a, const Number& b) {
  const double inherited = std::abs(a.value) * b.error + std::abs(b.value) * a.error + a.error * b.error;
  return detail::rounded(a.value * b.value, inherited, detail::arithmetic_roundings);
}
inline Number operator/(const Number& a, const Number& b) {
  const double quotient = a.value / b.value;
  return detail::rounded(quotient, (a.error + std::abs(quotient) * b.error) / (std::abs(b.value) - b.error),
                         detail::division_roundings);
}
inline Number sqrt(const Number& a) {
  const double root = std::sqrt(a.value);
  const double inherited = root > 0 ? std::min(a.error / root, std::sqrt(a.error)) : std::sqrt(a.error);
  return detail::rounded(root, inherited, detail::division_roundings);
}
inline Number exp(const Number& a) {
  const double power = std::exp(a.value);
  return detail::rounded(power, power * std::expm1(a.error), detail::function_roundings);
}
inline Number log(const Number& a) {
  // Eight roundings of 1 are allowed, too: near log(1) = 0, those of the logarithm are next to nothing.
  const double inherited = a.error / (a.value - a.error) + detail::function_roundings * unit_roundoff;
  return detail::rounded(std::log(a.value), inherited, detail::function_roundings);
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
    // A sum that begins with 0 has an addition for each term; one rounding more is that of a product.
    const double n_u = static_cast<double>(terms_ + 1) * unit_roundoff;
    return {value_, inherited_ + n_u / (1 - n_u) * magnitude_};
  }

 private:
  double value_ = 0, magnitude_ = 0, inherited_ = 0;
  std::int64_t terms_ = 0;
};

}  // namespace nestwright::reference
