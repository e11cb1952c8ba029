#include "model/checkpoint/safetensors_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
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
    // The format wants "{" first.
    if (header.is_object() && text.starts_with('{')) return header;
  } catch (const Error& error) {
    throw Error(path, fmt::format("is damaged: its header {}", error.what()));
  }
  throw Error(path, "is damaged, or not a safetensors file: its header is not a JSON object");
}

std::map<std::string, std::string> read_metadata(const json& object, const std::string& path) {
  std::map<std::string, std::string> metadata;
  if (!object.is_object()) throw Error(path, "is damaged: the metadata in its header is not a JSON object");
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string())
      throw Error(path, fmt::format("is damaged: its metadata \"{}\" is not a string", excerpt(key)));
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

// 4 * the product of the extents; nothing when that is more than an index can count. An extent of 0 makes the tensor
// empty, but the others must be extents that a tensor can have, too.
std::optional<std::uint64_t> size_in_bytes(const std::vector<std::uint64_t>& shape) {
  constexpr std::uint64_t largest_size = std::numeric_limits<std::int64_t>::max();
  std::uint64_t size = sizeof(float);
  bool is_empty = false;
  for (const std::uint64_t extent : shape) {
    is_empty = is_empty || extent == 0;
    if (extent > largest_size / size) return std::nullopt;
    size *= std::max(extent, std::uint64_t{1});
  }
  return is_empty ? 0 : size;
}

TensorEntry read_entry(const std::string& name, const json& entry, std::uint64_t data_size, const std::string& path) {
  const auto damaged = [&](std::string_view what) {
    return Error(path, fmt::format("is damaged: of tensor \"{}\", {}", excerpt(name), what));
  };
  if (!entry.is_object()) throw damaged("the header's entry is not a JSON object");
  const auto field = [&](const char* key) { return entry.contains(key) ? entry[key] : json(); };
  const json type = field("dtype");
  if (!type.is_string()) throw damaged("the dtype is missing");
  if (type.get<std::string>() != "F32") {
    throw Error(path, fmt::format("its tensor \"{}\" is of dtype {}; only F32 is read", excerpt(name),
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
  const auto size = size_in_bytes(*shape);
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
                                    excerpt(entry.name), entry.begin, position));
    }
    position = entry.end;
  }
  if (position != data_size) {
    throw Error(path, fmt::format("is damaged: its tensors have {} bytes of data, the file {}", position, data_size));
  }
  return header;
}

std::string as_utf8(const std::string& text) {
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string print_safetensors_header(const SafetensorsHeader& header) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  if (!header.metadata.empty()) object[metadata_key] = header.metadata;
  for (const TensorEntry& entry : header.tensors) {
    object[entry.name] = {{"dtype", "F32"}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text = object.dump();
  constexpr std::size_t alignment = 8;
  text.resize((text.size() + alignment - 1) / alignment * alignment, ' ');
  return text;
}

}  // namespace nestwright
