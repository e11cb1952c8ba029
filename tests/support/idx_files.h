#pragma once

#include <cstdint>
#include <filesystem>

#include "tests/support/files.h"

namespace nestwright {

// An IDX header: the magic number, then the extents.
Bytes idx_header(std::uint32_t magic, const std::vector<std::uint32_t>& extents);

// A valid IDX file of `count` images of width x height, pixel i being i mod 251.
Bytes idx_images(std::uint32_t count, std::uint32_t width, std::uint32_t height);

// A valid IDX file of `count` labels, label i being i mod 10.
Bytes idx_labels(std::uint32_t count);

// A whole data set in `folder`: so many training and test images of 28 x 28.
void write_data_set(const std::filesystem::path& folder, std::uint32_t train, std::uint32_t test);

}  // namespace nestwright
