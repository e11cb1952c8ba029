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

// The contents of a safetensors file: tensors in the order of their data, and string metadata. The digest that a file
// keeps of them, among its metadata, is none of the contents.
//
// Format: https://huggingface.co/docs/safetensors: the length of the header (8 bytes, little-endian), the header
// (JSON: for each tensor its dtype, shape and data_offsets; "__metadata__": strings), and the tensors' bytes.
struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<NamedTensor> tensors;
  bool has_digest = true;  // whether the file keeps a digest; files by other programs keep none

  friend bool operator==(const Safetensors&, const Safetensors&) = default;
};

// The longest header that is read or written, in bytes. A choice: it leaves room for a checkpoint of the most epochs
// that a run may have (most_epochs). Python's safetensors takes 100 MB, which is some 300,000 epochs.
inline constexpr std::uint64_t longest_safetensors_header = std::uint64_t{512} << 20U;

// Reads a file whose tensors are all float32. Throws Error (where: the path) that says what is wrong: cut short, a
// header that is no such JSON or names something twice, a dtype other than F32, a shape that does not go with its
// offsets, offsets that overlap, leave gaps or leave the file, contents that are not those of the digest. Allocates no
// more than the file's size.
Safetensors read_safetensors(const std::filesystem::path& path);

// Writes atomically, and a digest of the contents with them: `path` is complete, or as it was. Throws Error where it
// cannot be written, or could not be read again.
void write_safetensors(const std::filesystem::path& path, const Safetensors& contents);

}  // namespace nestwright
