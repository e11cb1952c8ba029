#include "model/data/fingerprint.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

namespace nestwright {
namespace {

uLong add_images(uLong checksum, const LabelledImages& images) {
  const std::array<std::int64_t, 3> extents = {images.count, images.width, images.height};
  checksum = crc32_z(checksum, reinterpret_cast<const Bytef*>(extents.data()), sizeof(extents));
  checksum = crc32_z(checksum, images.labels.data(), images.labels.size());
  return crc32_z(checksum, images.pixels.data(), images.pixels.size());
}

}  // namespace

std::string fingerprint(const Dataset& dataset) {
  return fmt::format("{:08x}", add_images(add_images(crc32_z(0, nullptr, 0), dataset.train), dataset.test));
}

}  // namespace nestwright
