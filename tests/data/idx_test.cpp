#include "model/data/idx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>

#include "tests/support/idx_files.h"

namespace nestwright {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class IdxTest : public ::testing::Test {
 protected:
  // What reading these two files as images and labels complains of.
  std::string complaint(const Bytes& images, const Bytes& labels) {
    write_bytes(folder_ / "images", images);
    write_bytes(folder_ / "labels", labels);
    return error_of([&] { read_idx(folder_ / "images", folder_ / "labels"); });
  }

  std::string at(const std::string& name) const { return (folder_ / name).string() + ": "; }

  TemporaryFolder folder_;
};

// The most memory that this process ever held.
std::int64_t peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Bytes with_appended(Bytes bytes, std::initializer_list<std::uint8_t> more) {
  bytes.insert(bytes.end(), more);
  return bytes;
}

Bytes first(const Bytes& bytes, std::size_t count) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST_F(IdxTest, ReadsPlainAndGzippedFilesAlike) {
  for (const bool gzip : {false, true}) {
    const Bytes images = idx_images(5, 4, 3);
    const Bytes labels = idx_labels(5);
    write_bytes(folder_ / "images", gzip ? gzipped(images) : images);
    write_bytes(folder_ / "labels", gzip ? gzipped(labels) : labels);
    const LabelledImages read = read_idx(folder_ / "images", folder_ / "labels");
    EXPECT_EQ(read.count, 5);
    EXPECT_EQ(read.width, 4);
    EXPECT_EQ(read.height, 3);
    EXPECT_EQ(read.pixels, Bytes(images.begin() + 16, images.end()));
    EXPECT_EQ(read.labels, (Bytes{0, 1, 2, 3, 4}));
    EXPECT_EQ(read.image(1)[0], 12);
  }
}

TEST_F(IdxTest, ReadsGzipFilesJoinedTogether) {
  const Bytes images = idx_images(5, 4, 3);
  Bytes joined = gzipped(first(images, 20));
  const Bytes rest = gzipped(Bytes(images.begin() + 20, images.end()));
  joined.insert(joined.end(), rest.begin(), rest.end());
  EXPECT_EQ(complaint(joined, idx_labels(5)), "");
}

// As gzip does; archives and disks fill up blocks with zeros.
TEST_F(IdxTest, PassesOverZerosAfterGzipData) {
  const Bytes images = idx_images(5, 4, 3);
  for (const std::size_t zeros : {1U, 3U, 512U, 300000U}) {
    Bytes padded = gzipped(images);
    padded.resize(padded.size() + zeros);
    EXPECT_EQ(complaint(padded, idx_labels(5)), "") << zeros;
    EXPECT_EQ(complaint(images, with_appended(gzipped(idx_labels(5)), {0, 0})), "");
    const Bytes member = gzipped(images);
    for (const Bytes& more : {Bytes{1}, member}) {
      Bytes continued = padded;
      continued.insert(continued.end(), more.begin(), more.end());
      EXPECT_EQ(complaint(continued, idx_labels(5)),
                at("images") + "is damaged: after its gzip data and zeros something else follows");
    }
  }
}

TEST_F(IdxTest, NamesTheFileThatIsCutShort) {
  const Bytes images = idx_images(5, 4, 3);
  const Bytes labels = idx_labels(5);
  EXPECT_EQ(complaint(first(images, 7), labels), at("images") + "is cut short: it ends within its IDX header");
  EXPECT_EQ(complaint({}, labels), at("images") + "is cut short: it ends within its IDX header");
  EXPECT_EQ(complaint(first(images, images.size() - 1), labels),
            at("images") + "is cut short: its header announces 60 bytes, fewer follow");
  EXPECT_EQ(complaint(images, first(labels, labels.size() - 1)),
            at("labels") + "is cut short: its header announces 5 bytes, fewer follow");
  const Bytes packed = gzipped(images);
  EXPECT_EQ(complaint(first(packed, packed.size() / 2), labels),
            at("images") + "is cut short: its gzip data ends in the middle");
  EXPECT_EQ(complaint(gzipped(first(images, 50)), labels),
            at("images") + "is cut short: its header announces 60 bytes, fewer follow");
}

TEST_F(IdxTest, RefusesTrailingBytes) {
  const Bytes images = idx_images(5, 4, 3);
  EXPECT_EQ(complaint(with_appended(images, {0}), idx_labels(5)),
            at("images") + "is too long: its header announces 60 bytes, more follow");
  EXPECT_EQ(complaint(gzipped(with_appended(images, {0})), idx_labels(5)),
            at("images") + "is too long: its header announces 60 bytes, more follow");
  EXPECT_THAT(complaint(with_appended(gzipped(images), {1, 2, 3}), idx_labels(5)),
              StartsWith(at("images") + "is damaged"));
  EXPECT_THAT(complaint(images, with_appended(idx_labels(5), {0})), StartsWith(at("labels") + "is too long"));
}

TEST_F(IdxTest, RefusesAWrongChecksum) {
  Bytes packed = gzipped(idx_images(5, 4, 3));
  packed[packed.size() - 8] ^= 1;
  EXPECT_THAT(complaint(packed, idx_labels(5)), StartsWith(at("images") + "is damaged"));
}

TEST_F(IdxTest, RefusesOtherContents) {
  EXPECT_EQ(complaint(idx_labels(5), idx_labels(5)),
            at("images") + "is not an IDX file of images: its magic number is 0x00000801, not 0x00000803");
  EXPECT_EQ(complaint(idx_images(5, 4, 3), idx_images(5, 4, 3)),
            at("labels") + "is not an IDX file of labels: its magic number is 0x00000803, not 0x00000801");
  EXPECT_THAT(complaint({'<', 'h', 't', 'm', 'l', '>'}, idx_labels(5)), HasSubstr("is not an IDX file of images"));
}

TEST_F(IdxTest, RefusesFilesThatDoNotGoTogether) {
  EXPECT_EQ(complaint(idx_images(5, 4, 3), idx_labels(6)),
            at("labels") + "holds 6 labels, but " + (folder_ / "images").string() + " holds 5 images");
}

TEST_F(IdxTest, RefusesLabelsAboveNine) {
  Bytes labels = idx_labels(5);
  labels[8 + 3] = 10;
  EXPECT_EQ(complaint(idx_images(5, 4, 3), labels), at("labels") + "label 3 is 10; labels are 0 to 9");
}

TEST_F(IdxTest, RefusesAbsurdExtents) {
  EXPECT_THAT(complaint(idx_header(0x803, {5, 3, 100000}), idx_labels(5)), HasSubstr("100000 x 3 pixels"));
  EXPECT_THAT(complaint(idx_header(0x803, {5, 0, 3}), idx_labels(5)), HasSubstr("3 x 0 pixels"));
  EXPECT_EQ(complaint(idx_header(0x803, {0, 3, 3}), idx_labels(0)), at("images") + "holds no images");
  EXPECT_THAT(complaint(idx_header(0x803, {0xFFFFFFFF, 256, 256}), idx_labels(5)), HasSubstr("is too large"));
  EXPECT_THAT(complaint(idx_images(5, 4, 3), idx_header(0x801, {0xFFFFFFFF})), HasSubstr("is too large"));
}

TEST_F(IdxTest, AllocatesOnlyWhatTheFileCanHold) {
  const Bytes header = idx_header(0x803, {1U << 20U, 32, 32});
  const std::int64_t before = peak_kilobytes();
  EXPECT_THAT(complaint(header, idx_labels(5)), HasSubstr("is cut short"));
  EXPECT_THAT(complaint(gzipped(header), idx_labels(5)), HasSubstr("is cut short"));
  EXPECT_LT(peak_kilobytes() - before, 256 * 1024) << "the header announces 1 GB";
}

TEST_F(IdxTest, StopsUnpackingWhereTheHeaderSays) {
  // A gzip bomb: behind five images, 640 MB of zeros in 40 joined members.
  Bytes bomb = gzipped(idx_images(5, 4, 3));
  const Bytes member = gzipped(Bytes(16U << 20U));
  for (int i = 0; i < 40; ++i) bomb.insert(bomb.end(), member.begin(), member.end());
  const std::int64_t before = peak_kilobytes();
  EXPECT_THAT(complaint(bomb, idx_labels(5)), HasSubstr("is too long"));
  EXPECT_LT(peak_kilobytes() - before, 64 * 1024);
}

TEST_F(IdxTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(error_of([&] { read_idx(folder_ / "nothing", folder_ / "labels"); }),
              StartsWith(at("labels") + "cannot be opened: No such file"));
  write_bytes(folder_ / "labels", idx_labels(5));
  EXPECT_EQ(error_of([&] { read_idx(folder_.path(), folder_ / "labels"); }),
            folder_.path().string() + ": is not a regular file");
}

TEST_F(IdxTest, NoDamageGoesFurtherThanAnError) {
  std::minstd_rand random(1);
  const Bytes images = idx_images(20, 5, 5);
  const Bytes packed = gzipped(images);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    Bytes damaged = i % 2 == 0 ? images : packed;
    for (int change = 0; change < 3; ++change) {
      damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
    }
    if (i % 5 == 0) damaged.resize(random() % damaged.size());
    if (!complaint(damaged, idx_labels(20)).empty()) ++refused;
  }
  EXPECT_GT(refused, 250);
}

}  // namespace
}  // namespace nestwright
