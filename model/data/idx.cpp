#include "model/data/idx.h"

#include <fmt/format.h>

#include <array>

#include "model/data/byte_reader.h"
#include "support/error.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t images_magic = 0x00000803;
constexpr std::uint32_t labels_magic = 0x00000801;
// In pixels; normalisation_of() adds up the squares of an image's pixels in 32 bits, which suffice up to this size.
constexpr std::int64_t largest_side = 256;
// In bytes, unpacked. A choice: MNIST's largest file has 47 MB.
constexpr std::uint64_t largest_contents = std::uint64_t{1} << 30U;

std::uint32_t read_big_endian(ByteReader& reader, const fs::path& path) {
  std::array<std::uint8_t, 4> bytes{};
  if (reader.read(bytes) != bytes.size()) throw Error(path.string(), "is cut short: it ends within its IDX header");
  return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U | bytes[3];
}

void require_magic(ByteReader& reader, const fs::path& path, std::uint32_t expected, const char* contents) {
  const std::uint32_t magic = read_big_endian(reader, path);
  if (magic == expected) return;
  throw Error(path.string(), fmt::format("is not an IDX file of {}: its magic number is {:#010x}, not {:#010x}",
                                         contents, magic, expected));
}

// The rest of the file, which must be exactly `size` bytes.
std::vector<std::uint8_t> read_elements(ByteReader& reader, const fs::path& path, std::uint64_t size) {
  if (size > largest_contents) {
    throw Error(path.string(),
                fmt::format("is too large: its header announces {} bytes, the limit is {}", size, largest_contents));
  }
  const auto cut_short = [&] {
    return Error(path.string(), fmt::format("is cut short: its header announces {} bytes, fewer follow", size));
  };
  if (size > reader.largest_possible_size()) throw cut_short();
  std::vector<std::uint8_t> elements(size);
  if (reader.read(elements) != size) throw cut_short();
  if (!reader.at_end()) {
    throw Error(path.string(), fmt::format("is too long: its header announces {} bytes, more follow", size));
  }
  return elements;
}

LabelledImages read_images(const fs::path& path) {
  ByteReader reader(path);
  require_magic(reader, path, images_magic, "images");
  LabelledImages images;
  images.count = read_big_endian(reader, path);
  images.height = read_big_endian(reader, path);
  images.width = read_big_endian(reader, path);
  if (images.count == 0) throw Error(path.string(), "holds no images");
  if (images.width < 1 || images.height < 1 || images.width > largest_side || images.height > largest_side) {
    throw Error(path.string(), fmt::format("announces images of {} x {} pixels; a side is 1 to {} pixels", images.width,
                                           images.height, largest_side));
  }
  images.pixels = read_elements(reader, path, static_cast<std::uint64_t>(images.count * images.width * images.height));
  return images;
}

std::vector<std::uint8_t> read_labels(const fs::path& path) {
  ByteReader reader(path);
  require_magic(reader, path, labels_magic, "labels");
  const std::uint32_t count = read_big_endian(reader, path);
  std::vector<std::uint8_t> labels = read_elements(reader, path, count);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] > 9) {
      throw Error(path.string(), fmt::format("label {} is {}; labels are 0 to 9", i, labels[i]));
    }
  }
  return labels;
}

}  // namespace

LabelledImages read_idx(const fs::path& images, const fs::path& labels) {
  // The labels are small, and may show a mistake before the images are unpacked.
  std::vector<std::uint8_t> label_values = read_labels(labels);
  LabelledImages result = read_images(images);
  if (static_cast<std::size_t>(result.count) != label_values.size()) {
    throw Error(labels.string(), fmt::format("holds {} labels, but {} holds {} images", label_values.size(),
                                             images.string(), result.count));
  }
  result.labels = std::move(label_values);
  return result;
}

}  // namespace nestwright
