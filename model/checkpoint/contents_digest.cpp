#include "model/checkpoint/contents_digest.h"

#include <algorithm>

#include "support/sha256.h"

namespace nestwright {
namespace {

template <typename Value>
void add_values(Sha256& hash, std::span<const Value> values) {
  const std::uint64_t count = values.size();
  hash.add({reinterpret_cast<const std::uint8_t*>(&count), sizeof(count)});
  hash.add({reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()});
}

void add_text(Sha256& hash, const std::string& text) { add_values(hash, std::span(text.data(), text.size())); }

}  // namespace

std::string contents_digest(const std::map<std::string, std::string>& metadata,
                            const std::vector<NamedTensor>& tensors) {
  Sha256 hash;
  const std::uint64_t entries = metadata.size();
  add_values(hash, std::span(&entries, 1));
  for (const auto& [key, value] : metadata) {
    add_text(hash, key);
    add_text(hash, value);
  }
  std::vector<const NamedTensor*> by_name;
  for (const NamedTensor& tensor : tensors) by_name.push_back(&tensor);
  std::ranges::sort(by_name, {}, &NamedTensor::name);
  for (const NamedTensor* const tensor : by_name) {
    add_text(hash, tensor->name);
    add_values(hash, std::span(tensor->shape));
    add_values(hash, std::span(tensor->values));
  }
  return hash.hex_digest();
}

}  // namespace nestwright
