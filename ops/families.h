#pragma once

// The families of operators, in the order of the documentation: FAMILY(name) for each. A family is the folder
// ops/<name>/; its signature.cpp, algorithm.cpp and reference.cpp define <name>_signatures(), <name>_operators() and
// <name>_references(). CMake reads this list, too (ops/CMakeLists.txt): a family a line.
#define NESTWRIGHT_FAMILIES(FAMILY) \
  FAMILY(convolution)               \
  FAMILY(depthwise_convolution)     \
  FAMILY(pooling)                   \
  FAMILY(fused_convolution)         \
  FAMILY(feature_extractor)         \
  FAMILY(linear)                    \
  FAMILY(activation)                \
  FAMILY(loss)                      \
  FAMILY(classifier)                \
  FAMILY(optimizer)                 \
  FAMILY(layout)
