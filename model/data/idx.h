#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "model/data/dataset.h"

namespace nestwright {

// The images and labels in a pair of IDX files, packed with gzip or not.
//
// Format: http://yann.lecun.com/exdb/mnist: a 4-byte magic number (00 00, type, number of dimensions), one big-endian
// 4-byte extent a dimension, outermost first, then the elements. Images: bytes, 3 dimensions; labels: bytes, 1.
//
// Throws Error that names the file for one that is damaged, cut short or too long, is not what its magic number has
// to say, has a label above 9 or absurd extents, or does not go with the other. Memory is allocated only for extents
// that the file's size can hold.
LabelledImages read_idx(const std::filesystem::path& images, const std::filesystem::path& labels);

}  // namespace nestwright
