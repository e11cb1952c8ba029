#include "model/checkpoint/safetensors.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <set>
#include <system_error>

#include "model/checkpoint/contents_digest.h"
#include "model/checkpoint/safetensors_header.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/message.h"
#include "support/regular_file.h"

namespace nestwright {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie in memory");

constexpr std::uint64_t length_size = 8;  // the bytes that say how long the header is
constexpr const char* digest_key = "contents_sha256";

void read_exactly(RegularFile& file, void* target, std::uint64_t size) {
  if (file.read({static_cast<std::uint8_t*>(target), size}) == size) return;
  throw Error(file.path().string(), "ends too early: it became shorter while it was read");
}

std::uint64_t read_header_length(RegularFile& file) {
  const std::uint64_t file_size = file.size();
  const fs::path& path = file.path();
  if (file_size < length_size) throw Error(path.string(), "is not a safetensors file: it is shorter than 8 bytes");
  std::array<std::uint8_t, length_size> bytes{};
  read_exactly(file, bytes.data(), bytes.size());
  const auto length = std::bit_cast<std::uint64_t>(bytes);
  if (length > longest_safetensors_header || length > file_size - length_size) {
    throw Error(path.string(), fmt::format("is cut short, or not a safetensors file: it announces a header of {} "
                                           "bytes, and is {} bytes long",
                                           length, file_size));
  }
  return length;
}

// Takes the digest out of the metadata, and compares it with the contents.
void check_digest(Safetensors& contents, const fs::path& path) {
  const auto kept = contents.metadata.extract(digest_key);
  contents.has_digest = !kept.empty();
  if (!contents.has_digest || kept.mapped() == contents_digest(contents.metadata, contents.tensors)) return;
  throw Error(path.string(),
              "is damaged: its contents are not those that it was written with, by their SHA-256; take "
              "another copy of it");
}

}  // namespace

Safetensors read_safetensors(const fs::path& path) {
  std::error_code error;
  if (fs::status(path, error).type() == fs::file_type::not_found) throw Error(path.string(), "does not exist");
  RegularFile file(path);
  const std::uint64_t length = read_header_length(file);
  std::string text(length, '\0');
  read_exactly(file, text.data(), length);
  SafetensorsHeader header = parse_safetensors_header(text, file.size() - length_size - length, path.string());
  Safetensors contents{.metadata = std::move(header.metadata)};
  for (TensorEntry& entry : header.tensors) {
    NamedTensor tensor{.name = std::move(entry.name), .shape = std::move(entry.shape)};
    tensor.values.resize((entry.end - entry.begin) / sizeof(float));
    read_exactly(file, tensor.values.data(), entry.end - entry.begin);
    contents.tensors.push_back(std::move(tensor));
  }
  check_digest(contents, path);
  return contents;
}

void write_safetensors(const fs::path& path, const Safetensors& contents) {
  SafetensorsHeader header;
  for (const auto& [key, value] : contents.metadata) header.metadata[as_utf8(key)] = as_utf8(value);
  header.metadata[digest_key] = contents_digest(header.metadata, contents.tensors);
  std::uint64_t position = 0;
  std::set<std::string> names;
  for (const NamedTensor& tensor : contents.tensors) {
    if (!names.insert(tensor.name).second) {
      throw Error(path.string(), fmt::format("cannot hold two tensors called \"{}\"", excerpt(tensor.name)));
    }
    const std::uint64_t size = tensor.values.size() * sizeof(float);
    header.tensors.push_back({.name = tensor.name, .shape = tensor.shape, .begin = position, .end = position + size});
    position += size;
  }
  const std::string text = print_safetensors_header(header);
  if (text.size() > longest_safetensors_header) {
    throw Error(path.string(), fmt::format("its header would have {} bytes, and at most {} can be read again",
                                           text.size(), longest_safetensors_header));
  }
  const auto length = std::bit_cast<std::array<std::byte, length_size>>(std::uint64_t{text.size()});

  AtomicFile file(path);
  file.write(length);
  file.write(text);
  for (const NamedTensor& tensor : contents.tensors) file.write(std::as_bytes(std::span(tensor.values)));
  file.commit();
}

}  // namespace nestwright
