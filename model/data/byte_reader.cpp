#include "model/data/byte_reader.h"

#include <zlib.h>

#include <array>
#include <limits>

#include "support/error.h"

namespace nestwright {
namespace {

// One byte of deflate codes at most 1032 bytes (RFC 1951: two bits for a run of 258).
constexpr std::uint64_t largest_ratio = 1032;

}  // namespace

struct ByteReader::Gzip {
  z_stream stream{};
  std::array<std::uint8_t, 1U << 17U> input;  // the 128 KB that ByteReader holds
  bool member_ended = false;

  Gzip() {
    constexpr int window_bits_and_gzip_format = 15 + 16;
    if (inflateInit2(&stream, window_bits_and_gzip_format) != Z_OK) throw Error("zlib", "out of memory");
  }
  ~Gzip() { inflateEnd(&stream); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
};

ByteReader::ByteReader(const std::filesystem::path& path) : file_(path) {
  std::array<std::uint8_t, 2> magic{};
  if (file_.read_beginning(magic) == 2 && magic[0] == 0x1F && magic[1] == 0x8B) gzip_ = std::make_unique<Gzip>();
}

ByteReader::~ByteReader() = default;

std::uint64_t ByteReader::largest_possible_size() const {
  if (!gzip_) return file_.size();
  return file_.size() > std::numeric_limits<std::uint64_t>::max() / largest_ratio
             ? std::numeric_limits<std::uint64_t>::max()
             : file_.size() * largest_ratio;
}

void ByteReader::refill() {
  gzip_->stream.next_in = gzip_->input.data();
  gzip_->stream.avail_in = static_cast<uInt>(file_.read(gzip_->input));
}

// Passes over the zeros that come next. Returns whether there were any.
bool ByteReader::skip_zeros() {
  z_stream& stream = gzip_->stream;
  bool are_any = false;
  while (true) {
    if (stream.avail_in == 0) refill();
    if (stream.avail_in == 0 || *stream.next_in != 0) return are_any;
    are_any = true;
    ++stream.next_in;
    --stream.avail_in;
  }
}

// gzip files may be concatenated (RFC 1952, section 2.2). After the last one nothing may follow, but zeros that fill up
// a block of a tape or a disk, which gzip itself passes over.
bool ByteReader::another_member_follows() {
  z_stream& stream = gzip_->stream;
  const bool is_padded = skip_zeros();
  if (stream.avail_in == 0) return false;
  if (is_padded) throw Error(file_.path().string(), "is damaged: after its gzip data and zeros something else follows");
  inflateReset(&stream);
  gzip_->member_ended = false;
  return true;
}

std::size_t ByteReader::unpack(std::span<std::uint8_t> bytes) {
  z_stream& stream = gzip_->stream;
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (gzip_->member_ended && !another_member_follows()) break;
    if (stream.avail_in == 0) refill();
    if (stream.avail_in == 0) throw Error(file_.path().string(), "is cut short: its gzip data ends in the middle");
    constexpr std::size_t largest_chunk = std::size_t{1} << 30U;  // zlib counts bytes in 32 bits
    const std::size_t chunk = std::min(bytes.size() - done, largest_chunk);
    stream.next_out = bytes.data() + done;
    stream.avail_out = static_cast<uInt>(chunk);
    const int result = inflate(&stream, Z_NO_FLUSH);
    done += chunk - stream.avail_out;
    if (result == Z_STREAM_END) {
      gzip_->member_ended = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw Error(file_.path().string(), "is damaged: its gzip data does not unpack, or its checksum is wrong");
    }
  }
  return done;
}

std::size_t ByteReader::read(std::span<std::uint8_t> bytes) { return gzip_ ? unpack(bytes) : file_.read(bytes); }

bool ByteReader::at_end() {
  std::array<std::uint8_t, 1> next{};
  return read(next) == 0;
}

}  // namespace nestwright
