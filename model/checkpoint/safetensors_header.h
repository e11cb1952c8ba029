#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nestwright {

// What the header of a safetensors file says of one tensor; its data are the bytes [begin, end) after the header.
struct TensorEntry {
  std::string name;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<TensorEntry> tensors;  // in the order of their data
};

// Parses the JSON `text`, and checks that the tensors fill exactly `data_size` bytes, with neither gaps nor overlaps.
// Throws Error (where: `path`) otherwise.
SafetensorsHeader parse_safetensors_header(std::string_view text, std::uint64_t data_size, const std::string& path);

// `text` as JSON can hold it. Names are bytes that someone gave, a path for example: what is not UTF-8 in them is
// replaced, not thrown at.
std::string as_utf8(const std::string& text);

// The JSON text of a header whose names and metadata are UTF-8, padded with spaces so that the data after it and its
// 8-byte length are aligned to 8 bytes.
std::string print_safetensors_header(const SafetensorsHeader& header);

}  // namespace nestwright
