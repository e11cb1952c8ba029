#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "support/regular_file.h"

namespace nestwright {

// Reads a file from its beginning, unpacking it on the way when it is gzip (told by its first two bytes, not by its
// name). Holds 128 KB, however large the file or what it unpacks to. Every member throws Error (where: the path) when
// the file is not a readable regular file, or its gzip data is damaged or ends early.
class ByteReader {
 public:
  explicit ByteReader(const std::filesystem::path& path);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  // Fills `bytes` from the start; returns how many, fewer than asked for only at the end of the contents.
  std::size_t read(std::span<std::uint8_t> bytes);

  // Whether everything was read. Checks a gzip file's checksum, and that nothing but gzip data, or zeros up to the end,
  // follows it.
  bool at_end();

  // No contents longer than this can come out of this file: its size, times deflate's largest possible ratio when it
  // is gzip.
  std::uint64_t largest_possible_size() const;

 private:
  struct Gzip;

  std::size_t unpack(std::span<std::uint8_t> bytes);
  void refill();
  bool skip_zeros();
  bool another_member_follows();

  RegularFile file_;
  std::unique_ptr<Gzip> gzip_;  // null: not packed
};

}  // namespace nestwright
