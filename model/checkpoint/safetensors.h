#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace nestwright {

// A named float32 tensor; the extents as PyTorch writes them, outermost first.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;

  friend bool operator==(const NamedTensor&, const NamedTensor&) = default;
};

// The contents of a safetensors file: tensors in the order of their data, and string metadata.
//
// Format: https://huggingface.co/docs/safetensors: the length of the header (8 bytes, little-endian), the header
// (JSON: for each tensor its dtype, shape and data_offsets; "__metadata__": strings), and the tensors' bytes.
struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<NamedTensor> tensors;

  friend bool operator==(const Safetensors&, const Safetensors&) = default;
};

// Reads a file whose tensors are all float32. Throws Error (where: the path) that says what is wrong: cut short, a
// header that is no such JSON or names something twice, a dtype other than F32, a shape that does not go with its
// offsets, offsets that overlap, leave gaps or leave the file. Allocates no more than the file's size.
Safetensors read_safetensors(const std::filesystem::path& path);

// Writes atomically: `path` is complete, or as it was. Throws Error where it cannot be written.
void write_safetensors(const std::filesystem::path& path, const Safetensors& contents);

}  // namespace nestwright
