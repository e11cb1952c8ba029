#include "model/checkpoint/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "support/error.h"
#include "support/message.h"
#include "support/outside_json.h"

namespace nestwright {
namespace {

using nlohmann::json;

constexpr const char* metadata_key = "__metadata__";

// Reads the header, an object that names nothing twice. Throws Error.
json parse_json(std::string_view text, const std::string& path) {
  try {
    json header = read_outside_json(text, "");
    if (header.is_object()) return header;
  } catch (const Error& error) {
    throw Error(path, fmt::format("is damaged: its header {}", error.what()));
  }
  throw Error(path, "is damaged, or not a safetensors file: its header is not a JSON object");
}

std::map<std::string, std::string> read_metadata(const json& object, const std::string& path) {
  std::map<std::string, std::string> metadata;
  if (!object.is_object()) throw Error(path, "is damaged: the metadata in its header is not a JSON object");
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string()) throw Error(path, fmt::format("is damaged: its metadata \"{}\" is not a string", key));
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// `list` as non-negative integers; nothing when it is not a list of such.
std::optional<std::vector<std::uint64_t>> read_integers(const json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<std::uint64_t> values;
  for (const json& value : list) {
    if (!value.is_number_unsigned()) return std::nullopt;
    values.push_back(value.get<std::uint64_t>());
  }
  return values;
}

// 4 * the product of the extents; nothing when that is more than `limit`.
std::optional<std::uint64_t> size_in_bytes(const std::vector<std::uint64_t>& shape, std::uint64_t limit) {
  // An extent of 0 makes the tensor empty, whatever the others are.
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end()) return 0;
  std::uint64_t size = sizeof(float);
  for (const std::uint64_t extent : shape) {
    if (extent > limit / size) return std::nullopt;
    size *= extent;
  }
  return size <= limit ? std::optional(size) : std::nullopt;
}

TensorEntry read_entry(const std::string& name, const json& entry, std::uint64_t data_size, const std::string& path) {
  const auto damaged = [&](std::string_view what) {
    return Error(path, fmt::format("is damaged: of tensor \"{}\", {}", name, what));
  };
  if (!entry.is_object()) throw damaged("the header's entry is not a JSON object");
  const auto field = [&](const char* key) { return entry.contains(key) ? entry[key] : json(); };
  const json type = field("dtype");
  if (!type.is_string()) throw damaged("the dtype is missing");
  if (type.get<std::string>() != "F32") {
    throw Error(path, fmt::format("its tensor \"{}\" is of dtype {}; only F32 is read", name,
                                  excerpt(type.get<std::string>())));
  }
  const auto shape = read_integers(field("shape"));
  const auto offsets = read_integers(field("data_offsets"));
  if (!shape) throw damaged("the shape is not a list of extents");
  if (!offsets || offsets->size() != 2) throw damaged("the data_offsets are not two numbers");
  const std::uint64_t begin = (*offsets)[0];
  const std::uint64_t end = (*offsets)[1];
  if (begin > end || end > data_size) {
    throw damaged(fmt::format("the data [{}, {}) lie outside the file's {} bytes of data", begin, end, data_size));
  }
  const auto size = size_in_bytes(*shape, data_size);
  if (!size || *size != end - begin) throw damaged("the shape does not go with the length of its data");
  return {.name = name, .shape = {shape->begin(), shape->end()}, .begin = begin, .end = end};
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, std::uint64_t data_size, const std::string& path) {
  const json parsed = parse_json(text, path);
  SafetensorsHeader header;
  for (const auto& [key, value] : parsed.items()) {
    if (key == metadata_key) {
      header.metadata = read_metadata(value, path);
    } else {
      header.tensors.push_back(read_entry(key, value, data_size, path));
    }
  }
  std::stable_sort(header.tensors.begin(), header.tensors.end(), [](const TensorEntry& a, const TensorEntry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t position = 0;
  for (const TensorEntry& entry : header.tensors) {
    if (entry.begin != position) {
      throw Error(path, fmt::format("is damaged: the data of tensor \"{}\" begin at {}, not where the ones before end, "
                                    "at {}",
                                    entry.name, entry.begin, position));
    }
    position = entry.end;
  }
  if (position != data_size) {
    throw Error(path, fmt::format("is damaged: its tensors have {} bytes of data, the file {}", position, data_size));
  }
  return header;
}

std::string print_safetensors_header(const SafetensorsHeader& header) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) object[metadata_key] = header.metadata;
  for (const TensorEntry& entry : header.tensors) {
    object[entry.name] = {{"dtype", "F32"}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  // Names are bytes that someone gave, a path for example: what is not UTF-8 in them is replaced, not thrown at.
  std::string text = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  constexpr std::size_t alignment = 8;
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  return text;
}

}  // namespace nestwright
