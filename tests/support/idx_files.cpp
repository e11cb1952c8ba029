#include "tests/support/idx_files.h"

namespace nestwright {

Bytes idx_header(std::uint32_t magic, const std::vector<std::uint32_t>& extents) {
  Bytes bytes;
  const auto append = [&](std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  };
  append(magic);
  for (const std::uint32_t extent : extents) append(extent);
  return bytes;
}

Bytes idx_images(std::uint32_t count, std::uint32_t width, std::uint32_t height) {
  Bytes bytes = idx_header(0x803, {count, height, width});
  for (std::uint32_t i = 0; i < count * width * height; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 251));
  return bytes;
}

Bytes idx_labels(std::uint32_t count) {
  Bytes bytes = idx_header(0x801, {count});
  for (std::uint32_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i % 10));
  return bytes;
}

void write_data_set(const std::filesystem::path& folder, std::uint32_t train, std::uint32_t test) {
  write_bytes(folder / "train-images-idx3-ubyte", idx_images(train, 28, 28));
  write_bytes(folder / "train-labels-idx1-ubyte", idx_labels(train));
  write_bytes(folder / "t10k-images-idx3-ubyte", idx_images(test, 28, 28));
  write_bytes(folder / "t10k-labels-idx1-ubyte", idx_labels(test));
}

}  // namespace nestwright
