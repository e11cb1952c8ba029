#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace nestwright {

// The SHA-256 of bytes given piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::span<const std::uint8_t> bytes);

  // 64 lower-case hexadecimal digits, of all bytes added; call it once, last.
  std::string hex_digest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace nestwright
