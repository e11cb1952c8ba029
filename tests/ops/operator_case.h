#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "ops/signature/shape.h"

namespace nestwright {

// One operator at one shape.
struct OperatorCase {
  std::string op;
  Shape shape;  // complete
};

// Every operator at many shapes: 1 x 1, not square, strided, padded, dilated; 16, 8 and 1 lanes.
std::vector<OperatorCase> operator_cases();

// The cases of one operator.
std::vector<OperatorCase> cases_of(const std::string& op);

// A name that GoogleTest takes: letters, digits and underscores.
std::string test_name(const OperatorCase& operator_case);

std::ostream& operator<<(std::ostream& stream, const OperatorCase& operator_case);

}  // namespace nestwright
