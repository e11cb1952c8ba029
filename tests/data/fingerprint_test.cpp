#include "model/data/fingerprint.h"

#include <gtest/gtest.h>

#include <functional>

namespace nestwright {
namespace {

Dataset example() {
  return {.name = "example",
          .train = {.count = 2, .width = 2, .height = 1, .pixels = {1, 2, 3, 4}, .labels = {5, 6}},
          .test = {.count = 1, .width = 2, .height = 1, .pixels = {7, 8}, .labels = {9}}};
}

TEST(Fingerprint, ChangesWithTheContents) {
  const std::string original = fingerprint(example());
  EXPECT_EQ(original, "252120c1");  // the same on every machine: checkpoints hold it
  const auto changed = [](const std::function<void(Dataset&)>& change) {
    Dataset dataset = example();
    change(dataset);
    return fingerprint(dataset);
  };
  EXPECT_NE(changed([](Dataset& d) { d.train.pixels[3] ^= 1U; }), original);
  EXPECT_NE(changed([](Dataset& d) { std::swap(d.train.labels[0], d.train.labels[1]); }), original);
  EXPECT_NE(changed([](Dataset& d) { d.test.pixels[0] ^= 128U; }), original);
  EXPECT_NE(changed([](Dataset& d) { d.test.labels[0] = 0; }), original);
  EXPECT_NE(changed([](Dataset& d) { std::swap(d.train.width, d.train.height); }), original);
  EXPECT_NE(changed([](Dataset& d) { std::swap(d.train, d.test); }), original);
  EXPECT_EQ(changed([](Dataset& d) { d.name = "another"; }), original);
}

}  // namespace
}  // namespace nestwright
