#include "tools/workbench/cost/symbolic.h"

#include <gtest/gtest.h>

namespace nestwright::cost {
namespace {

TEST(Symbolic, SumsAreCanonical) {
  SymbolTable symbols;
  const Linear x = {.constant = 0, .terms = {{symbols.add_loop(), 1}}};
  const Linear y = {.constant = 0, .terms = {{symbols.add_loop(), 1}}};
  EXPECT_EQ(x * 2 + y + Linear{.constant = 3}, y + Linear{.constant = 3} + x * 2);
  EXPECT_EQ(x + y - x, y);
  EXPECT_TRUE((x * 3 - x * 3).is_constant());
}

TEST(Symbolic, DividesAsHalideDoes) {
  SymbolTable symbols;
  const int loop = symbols.add_loop();
  const Linear x = {.constant = 0, .terms = {{loop, 1}}};
  const Linear quotient = symbols.apply(Operation::divide, {x, {.constant = 4}});
  const Linear rest = symbols.apply(Operation::modulo, {x, {.constant = 4}});
  symbols.set(loop, -5);
  EXPECT_EQ(symbols.evaluate(quotient), -2);
  EXPECT_EQ(symbols.evaluate(rest), 3);
  EXPECT_EQ(symbols.apply(Operation::divide, {x, {.constant = 4}}), quotient);
  EXPECT_TRUE(symbols.depends_on(quotient, loop));
  EXPECT_FALSE(symbols.depends_on(quotient, loop + 1));
}

// As after loops that are split and fused again and again. Without what is kept, 2^60 steps would be taken.
TEST(Symbolic, WhatIsUsedTwiceIsComputedOnce) {
  SymbolTable symbols;
  const int loop = symbols.add_loop();
  Linear value = {.constant = 0, .terms = {{loop, 1}}};
  for (int i = 0; i < 60; ++i) {
    value = symbols.apply(Operation::divide, {value, {.constant = 7}}) * 7 +
            symbols.apply(Operation::modulo, {value, {.constant = 7}});
  }
  for (const std::int64_t i : {0, 41, 1000}) {
    symbols.set(loop, i);
    EXPECT_EQ(symbols.evaluate(value), i);
  }
  EXPECT_TRUE(symbols.depends_on(value, loop));
  EXPECT_FALSE(symbols.depends_on(value, loop + 1));
}

TEST(Symbolic, WhatDataDecideIsUnknown) {
  SymbolTable symbols;
  const Linear unknown = symbols.unknown();
  const Linear derived = symbols.apply(Operation::minimum, {unknown, {.constant = 7}});
  EXPECT_FALSE(symbols.is_known(derived));
  EXPECT_TRUE(symbols.is_known({.constant = 7}));
}

}  // namespace
}  // namespace nestwright::cost
