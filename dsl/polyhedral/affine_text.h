#pragma once

#include <Halide.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nestwright::polyhedral {

// How the variables of a Halide expression are written in isl's text: by Halide's names.
using Names = std::map<std::string, std::string>;

// The value that an expression has wherever the condition holds; both are in isl's notation.
struct Piece {
  std::string condition;
  std::string value;
};

// `expression` as a piecewise quasi-affine expression: sums, products with constants, division (which rounds down) and
// remainder by positive constants, min, max, and select over affine conditions (each of the last three doubles the
// number of pieces). Nothing where the expression is not of that form, or has a variable that `names` does not.
// Verdoolaege, "Presburger Formulas and Polyhedral Compilation", 2016, section 2.
std::optional<std::vector<Piece>> affine_pieces(const Halide::Expr& expression, const Names& names);

// A condition over such expressions in isl's notation; nothing where it is none.
std::optional<std::string> condition_text(const Halide::Expr& condition, const Names& names);

// Where all, or any, of the conditions hold.
std::string all_of(std::vector<std::string> conditions);
std::string any_of(const std::vector<std::string>& conditions);

}  // namespace nestwright::polyhedral
