#include "model/checkpoint/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/support/files.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file of this header and so many bytes of data.
Bytes file_of(const std::string& header, std::size_t data_size) {
  Bytes bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<std::uint8_t>(header.size() >> shift));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + data_size);
  return bytes;
}

class SafetensorsTest : public ::testing::Test {
 protected:
  std::string complaint(const Bytes& bytes) {
    write_bytes(path_, bytes);
    const std::string text = error_of([&] { read_safetensors(path_); });
    const std::string prefix = path_.string() + ": ";
    EXPECT_TRUE(text.empty() || text.starts_with(prefix)) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
    return text.empty() ? "" : text.substr(prefix.size());
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "file";
};

TEST_F(SafetensorsTest, ReadsWhatItWrote) {
  const Safetensors contents = {
      .metadata = {{"a", "1"}, {"quote \" and \n line", "ü"}},
      .tensors = {{"conv1.weight", {2, 1, 3}, {1, -2.5F, 1e-40F, std::numeric_limits<float>::infinity(), -0.0F, 6}},
                  {"empty", {0, 5}, {}},
                  {"scalar", {}, {7}}}};
  write_safetensors(path_, contents);
  EXPECT_EQ(read_safetensors(path_), contents);
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("file"));
}

TEST_F(SafetensorsTest, WritesTheFormatThatOthersRead) {
  write_safetensors(path_, {.metadata = {{"k", "v"}}, .tensors = {{"t", {2}, {1, 2}}}});
  const Bytes bytes = read_bytes(path_);
  // By hashlib, of what contents_digest.h says.
  const std::string digest = "941cedbd6f336dad094fbce601fb03bda191257e12d747f42c16c2595f4ed104";
  const std::string header = R"({"__metadata__":{"contents_sha256":")" + digest +
                             R"(","k":"v"},"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const std::size_t padded = (header.size() + 7) / 8 * 8;
  Bytes expected = file_of(header + std::string(padded - header.size(), ' '), 0);
  const Bytes data = {0, 0, 0x80, 0x3F, 0, 0, 0, 0x40};  // 1 and 2
  expected.insert(expected.end(), data.begin(), data.end());
  EXPECT_EQ(bytes, expected);
}

TEST_F(SafetensorsTest, ReadsTensorsInTheOrderOfTheirData) {
  EXPECT_EQ(complaint(file_of(R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},)"
                              R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                              8)),
            "");
  EXPECT_EQ(read_safetensors(path_).tensors.at(0).name, "a");
}

TEST_F(SafetensorsTest, RefusesABadLength) {
  EXPECT_EQ(complaint({}), "is not a safetensors file: it is shorter than 8 bytes");
  EXPECT_EQ(complaint(Bytes(7)), "is not a safetensors file: it is shorter than 8 bytes");
  Bytes huge = file_of("{}", 0);
  huge[7] = 0xFF;
  EXPECT_THAT(complaint(huge), HasSubstr("is cut short, or not a safetensors file: it announces a header of"));
  Bytes short_by_one = file_of("{}", 0);
  short_by_one.pop_back();
  EXPECT_THAT(complaint(short_by_one), HasSubstr("announces a header of 2 bytes, and is 9 bytes long"));
}

TEST_F(SafetensorsTest, RefusesABadHeader) {
  EXPECT_THAT(complaint(file_of("", 0)), HasSubstr("its header is no JSON: byte "));
  EXPECT_THAT(complaint(file_of("[]", 0)), HasSubstr("not a JSON object"));
  EXPECT_THAT(complaint(file_of(" {}", 0)), HasSubstr("not a JSON object"));
  EXPECT_EQ(complaint(file_of("{}   ", 0)), "");
  EXPECT_THAT(complaint(file_of("{} x", 0)), HasSubstr("its header is no JSON: byte "));
  EXPECT_THAT(complaint(file_of("{\"a\":", 0)), HasSubstr("its header is no JSON: byte "));
  EXPECT_THAT(complaint(file_of("{\"\xFF\":1}", 0)), HasSubstr("its header is no JSON: byte "));
  EXPECT_EQ(complaint(file_of(std::string(100000, '['), 0)), "is damaged: its header nests more than 32 deep");
  for (const char* key : {"dtype", "shape", "data_offsets"}) {
    const std::string deep = std::string(150000, '[') + std::string(150000, ']');
    EXPECT_EQ(complaint(file_of("{\"t\":{\"" + std::string(key) + "\":" + deep + "}}", 0)),
              "is damaged: its header nests more than 32 deep");
  }
  EXPECT_EQ(complaint(file_of(R"({"t":{"shape":[1e999]}})", 0)),
            "is damaged: its header has a number at byte 20 that no type holds");
  EXPECT_EQ(complaint(file_of("\xEF\xBB\xBF{}", 0)),
            "is damaged: its header is no JSON: it begins with a byte-order mark");
  EXPECT_EQ(complaint(file_of(std::string("{}\0garbage", 10), 0)),
            "is damaged: its header is no JSON: byte 3 is a NUL");
  EXPECT_EQ(complaint(file_of(R"({"__metadata__":{"a":"1","a":"2"}})", 0)), "is damaged: its header names \"a\" twice");
  EXPECT_EQ(complaint(file_of(R"({"t":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
                              R"("t":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})",
                              0)),
            "is damaged: its header names \"t\" twice");
  EXPECT_EQ(complaint(file_of(R"({"__metadata__":{"a":1}})", 0)), "is damaged: its metadata \"a\" is not a string");
  EXPECT_EQ(complaint(file_of(R"({"__metadata__":3})", 0)),
            "is damaged: the metadata in its header is not a JSON object");
}

TEST_F(SafetensorsTest, RefusesABadTensor) {
  const auto tensor = [&](const std::string& entry, std::size_t data_size = 8) {
    return complaint(file_of("{\"t\":" + entry + "}", data_size));
  };
  EXPECT_EQ(tensor("5"), "is damaged: of tensor \"t\", the header's entry is not a JSON object");
  EXPECT_EQ(tensor(R"({"shape":[2],"data_offsets":[0,8]})"), "is damaged: of tensor \"t\", the dtype is missing");
  EXPECT_EQ(tensor(R"({"dtype":"F16","shape":[4],"data_offsets":[0,8]})"),
            "its tensor \"t\" is of dtype F16; only F32 is read");
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})"), HasSubstr("not a list of extents"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[2.0],"data_offsets":[0,8]})"), HasSubstr("not a list of extents"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[2]})"), HasSubstr("are not two numbers"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8,9]})"), HasSubstr("are not two numbers"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})"), HasSubstr("lie outside"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[3],"data_offsets":[0,12]})"), HasSubstr("lie outside"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[1],"data_offsets":[0,8]})"), HasSubstr("does not go with"));
  // 2^62 * 4 bytes is 0 modulo 2^64.
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]})", 0),
              HasSubstr("does not go with"));
  EXPECT_THAT(tensor(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]})", 0),
              HasSubstr("does not go with"));
}

TEST_F(SafetensorsTest, RefusesExtentsThatNoTensorHas) {
  const auto empty = [&](const std::string& shape) {
    return complaint(file_of(R"({"t":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":[0,0]}})", 0));
  };
  EXPECT_EQ(empty("[0]"), "");
  EXPECT_EQ(empty("[1000000,0,1000000]"), "");
  for (const char* shape : {"[0,18446744073709551615]", "[18446744073709551615,0]", "[9223372036854775808,0]",
                            "[0,4294967296,4294967296]", "[4294967296,0,1073741824]"}) {
    EXPECT_THAT(empty(shape), HasSubstr("does not go with")) << shape;
  }
  EXPECT_THAT(empty("[0,18446744073709551616]"), HasSubstr("not a list of extents"));
}

TEST_F(SafetensorsTest, RefusesGapsAndOverlaps) {
  const auto two = [&](const std::string& a, const std::string& b, std::size_t data_size) {
    return complaint(file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + a +
                                 R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + b + "}}",
                             data_size));
  };
  EXPECT_EQ(two("[0,4]", "[4,8]", 8), "");
  EXPECT_THAT(two("[0,4]", "[8,12]", 12), HasSubstr("\"b\" begin at 8, not where the ones before end, at 4"));
  EXPECT_THAT(two("[0,4]", "[0,4]", 8), HasSubstr("begin at 0, not where"));
  EXPECT_THAT(two("[4,8]", "[8,12]", 12), HasSubstr("\"a\" begin at 4"));
  EXPECT_EQ(two("[0,4]", "[4,8]", 9), "is damaged: its tensors have 8 bytes of data, the file 9");
}

TEST_F(SafetensorsTest, RefusesToWriteTwoOfAName) {
  EXPECT_THAT(error_of([&] {
                write_safetensors(path_, {.tensors = {{"t", {}, {1}}, {"t", {}, {2}}}});
              }),
              HasSubstr("two tensors called \"t\""));
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(SafetensorsTest, TellsEveryChangeOfItsContents) {
  const Safetensors contents = {.metadata = {{"k", "v"}, {"l", "w"}},
                                .tensors = {{"t", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"u", {1}, {7}}}};
  write_safetensors(path_, contents);
  const Bytes bytes = read_bytes(path_);
  const std::string text(bytes.begin(), bytes.end());
  const std::string damaged = "is damaged: its contents are not those that it was written with, by their SHA-256";
  for (std::size_t i = text.rfind('}') + 1; i < bytes.size(); ++i) {
    if (text[i] == ' ') continue;  // what fills up the header
    Bytes changed = bytes;
    changed[i] ^= 1U;
    EXPECT_THAT(complaint(changed), HasSubstr(damaged)) << i;
  }
  for (const auto& [from, to] : std::map<std::string, std::string>{
           {R"("k":"v")", R"("k":"x")"}, {R"("k":)", R"("m":)"}, {"[2,3]", "[3,2]"}, {R"("u":)", R"("x":)"}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_THAT(complaint(Bytes(changed.begin(), changed.end())), HasSubstr(damaged)) << from;
  }
}

TEST_F(SafetensorsTest, ReadsFilesWithoutADigest) {
  EXPECT_EQ(complaint(file_of(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4)), "");
  EXPECT_FALSE(read_safetensors(path_).has_digest);
  write_safetensors(path_, read_safetensors(path_));
  EXPECT_TRUE(read_safetensors(path_).has_digest);
}

// Other programs may write the same in another order.
TEST_F(SafetensorsTest, TheDigestDependsOnNoOrder) {
  const NamedTensor t = {"t", {1}, {1}};
  const NamedTensor u = {"u", {1}, {2}};
  write_safetensors(path_, {.tensors = {t, u}});
  const Bytes bytes = read_bytes(path_);
  const std::string text(bytes.begin(), bytes.end());
  const std::string digest = text.substr(text.find(R"("contents_sha256":)"), 84);
  Bytes other = file_of("{\"__metadata__\":{" + digest + R"(},"u":{"shape":[1],"data_offsets":[0,4],"dtype":"F32"},)" +
                            R"("t":{"data_offsets":[4,8],"dtype":"F32","shape":[1]}})",
                        8);
  other[other.size() - 5] = 0x40;  // 2, as a float
  other[other.size() - 2] = 0x80;  // 1
  other[other.size() - 1] = 0x3F;
  EXPECT_EQ(complaint(other), "");
  EXPECT_EQ(read_safetensors(path_).tensors, (std::vector<NamedTensor>{u, t}));
}

TEST_F(SafetensorsTest, ReplacesWhatIsNotUtf8) {
  write_safetensors(path_, {.metadata = {{"path", "a\xFF"}}});
  EXPECT_EQ(read_safetensors(path_).metadata.at("path"), "a\xEF\xBF\xBD");
}

TEST_F(SafetensorsTest, NoDamageGoesFurtherThanAnError) {
  std::minstd_rand random(1);
  write_safetensors(path_, {.metadata = {{"k", "v"}}, .tensors = {{"t", {2, 2}, {1, 2, 3, 4}}, {"u", {1}, {5}}}});
  const Bytes bytes = read_bytes(path_);
  int refused = 0;
  for (int i = 0; i < 1000; ++i) {
    Bytes damaged = bytes;
    for (int change = 0; change < 2; ++change)
      damaged[random() % (bytes.size() - 20)] = static_cast<std::uint8_t>(random());
    if (i % 5 == 0) damaged.resize(random() % damaged.size());
    if (!complaint(damaged).empty()) ++refused;
  }
  EXPECT_GT(refused, 800);
}

}  // namespace
}  // namespace nestwright
