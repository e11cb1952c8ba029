#include "model/data/synthetic_digits.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <string>

#include "model/data/digit_raster.h"
#include "model/data/digit_strokes.h"
#include "model/data/elastic_field.h"

namespace nestwright {
namespace {

TEST(SyntheticDigits, DependOnTheSeedAlone) {
  omp_set_num_threads(1);
  const Dataset one = make_synthetic_digits({.train_count = 300, .test_count = 40, .seed = 5});
  omp_set_num_threads(3);
  const Dataset three = make_synthetic_digits({.train_count = 200, .test_count = 40, .seed = 5});
  EXPECT_TRUE(std::equal(three.train.pixels.begin(), three.train.pixels.end(), one.train.pixels.begin()));
  EXPECT_EQ(one.test.pixels, three.test.pixels);
  EXPECT_EQ(one.test.labels, three.test.labels);
  EXPECT_NE(one.test.pixels, make_synthetic_digits({.train_count = 1, .test_count = 40, .seed = 6}).test.pixels);
}

TEST(SyntheticDigits, AreAllDifferent) {
  const Dataset dataset = make_synthetic_digits({.train_count = 2000, .test_count = 500});
  std::set<std::string> seen;
  for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
    for (std::int64_t i = 0; i < part->count; ++i) {
      const auto image = part->image(i);
      EXPECT_TRUE(seen.emplace(image.begin(), image.end()).second);
    }
  }
}

TEST(SyntheticDigits, LookLikeMnistInFormAndInk) {
  const LabelledImages images = make_synthetic_digits({.train_count = 3000, .test_count = 1}).train;
  ASSERT_EQ(images.width, 28);
  ASSERT_EQ(images.height, 28);
  std::array<int, 10> counts{};
  for (std::int64_t i = 0; i < images.count; ++i) {
    ++counts.at(images.labels[static_cast<std::size_t>(i)]);
    const auto image = images.image(i);
    const int ink = std::accumulate(image.begin(), image.end(), 0);
    EXPECT_GT(ink, 255 * 12) << i;  // no image is empty or a blot
    EXPECT_LT(ink, 255 * 392) << i;
    EXPECT_GT(*std::max_element(image.begin(), image.end()), 150) << i;
  }
  for (const int count : counts) EXPECT_NEAR(count, 300, 90);
  const Normalisation normalisation = normalisation_of(images);
  EXPECT_NEAR(normalisation.mean, 0.13F, 0.03F);
  EXPECT_NEAR(normalisation.deviation, 0.30F, 0.05F);
}

// Digits of one kind are closer to their own mean image than to the others': a classifier has something to learn.
TEST(SyntheticDigits, CanBeToldApartButNotEasily) {
  const Dataset dataset = make_synthetic_digits({.train_count = 4000, .test_count = 1000});
  std::array<std::vector<double>, 10> means;
  std::array<double, 10> counts{};
  for (auto& mean : means) mean.resize(784);
  for (std::int64_t i = 0; i < dataset.train.count; ++i) {
    const std::size_t label = dataset.train.labels[static_cast<std::size_t>(i)];
    counts.at(label) += 1.0;
    for (std::size_t p = 0; p < 784; ++p) means.at(label)[p] += dataset.train.image(i)[p];
  }
  int right = 0;
  for (std::int64_t i = 0; i < dataset.test.count; ++i) {
    const auto image = dataset.test.image(i);
    std::array<double, 10> distances{};
    for (std::size_t label = 0; label < 10; ++label) {
      for (std::size_t p = 0; p < 784; ++p) {
        const double difference = image[p] - means[label][p] / counts[label];
        distances[label] += difference * difference;
      }
    }
    const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
    if (nearest == dataset.test.labels[static_cast<std::size_t>(i)]) ++right;
  }
  EXPECT_GT(right, 550);
  EXPECT_LT(right, 950);
}

TEST(SyntheticDigits, RefusesEmptyParts) {
  EXPECT_THROW(make_synthetic_digits({.train_count = 0, .test_count = 1}), std::runtime_error);
}

TEST(DigitStrokes, StayWithinTheUnitSquareNearly) {
  for (int digit = 0; digit < 10; ++digit) {
    EXPECT_GE(glyphs_of_digit(digit).size(), 3U);
    for (const Glyph& glyph : glyphs_of_digit(digit)) {
      for (const Stroke& stroke : glyph) {
        ASSERT_GE(stroke.size(), 2U);
        for (const Point& p : points_on_curve(stroke, 8)) {
          EXPECT_TRUE(p.x > -0.1F && p.x < 1.1F && p.y > -0.1F && p.y < 1.1F) << digit << ": " << p.x << ", " << p.y;
        }
      }
    }
  }
}

TEST(DigitStrokes, CurvesGoThroughTheirPoints) {
  const Stroke stroke = {{0.0F, 0.0F}, {1.0F, 2.0F}, {3.0F, 1.0F}};
  const auto points = points_on_curve(stroke, 4);
  ASSERT_EQ(points.size(), 9U);
  for (std::size_t i = 0; i < stroke.size(); ++i) {
    EXPECT_FLOAT_EQ(points[4 * i].x, stroke[i].x);
    EXPECT_FLOAT_EQ(points[4 * i].y, stroke[i].y);
  }
  EXPECT_FLOAT_EQ(points_on_curve(Stroke{{0.0F, 0.0F}, {1.0F, 2.0F}}, 4)[1].y, 0.5F);
}

TEST(DigitRaster, InkFallsWithTheDistanceFromTheLine) {
  std::vector<float> ink(121);
  rasterise({.lines = {{{2.0F, 5.0F}, {8.0F, 5.0F}}}, .half_width = 1.5F, .softness = 2.0F}, 11, ink);
  const auto at = [&](std::size_t x, std::size_t y) { return ink[y * 11 + x]; };
  EXPECT_FLOAT_EQ(at(5, 5), 1.0F);
  EXPECT_FLOAT_EQ(at(5, 6), 0.75F);  // 1 pixel away: (1.5 + 1 - 1) / 2
  EXPECT_FLOAT_EQ(at(5, 3), 0.25F);
  EXPECT_FLOAT_EQ(at(5, 8), 0.0F);
  EXPECT_FLOAT_EQ(at(0, 5), 0.25F);  // beyond the end
}

TEST(ElasticField, HasTheStrengthThatTheoryGives) {
  // A field of deviation 1/sqrt(3), smoothed by a Gaussian of deviation s: it becomes 1 / (2 s sqrt(pi)) of that.
  double squares = 0.0;
  constexpr int fields = 400;
  for (int i = 0; i < fields; ++i) {
    RandomStream random(3, static_cast<std::uint64_t>(i));
    const ElasticField field(random, 34.0F, 4.0F);
    const Point moved = field.displaced({10.0F, 20.0F});
    squares += 0.5 * ((moved.x - 10.0) * (moved.x - 10.0) + (moved.y - 20.0) * (moved.y - 20.0));
  }
  const double expected = 34.0 / std::sqrt(3.0) / (2.0 * 4.0 * std::sqrt(3.14159265));
  EXPECT_NEAR(std::sqrt(squares / fields), expected, 0.1 * expected);
}

}  // namespace
}  // namespace nestwright
