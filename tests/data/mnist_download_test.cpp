#include "model/data/mnist_download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/sha256.h"
#include "tests/data/http_server.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* nobody_listens = "http://127.0.0.1:1/";

class MnistDownloadTest : public ::testing::Test {
 protected:
  MnistDownloadTest() {
    for (std::size_t i = 0; i < contents_.size(); ++i) contents_[i] = static_cast<std::uint8_t>(i * i / 7);
    Sha256 hash;
    hash.add(contents_);
    digest_ = hash.hex_digest();
    file_ = {{"some-images", "some.images", contents_.size(), digest_}};
  }

  // Downloads the one file; returns the error's text.
  std::string download(const std::vector<std::string>& mirrors) {
    observer_.on_message = [this](const std::string& line) { messages_.push_back(line); };
    return error_of([&] { download_mnist(folder_.path(), mirrors, observer_, file_); });
  }

  TemporaryFolder folder_;
  Bytes contents_ = Bytes(100000);
  std::string digest_;
  std::vector<MnistFile> file_;
  DataObserver observer_;
  std::vector<std::string> messages_;
};

TEST_F(MnistDownloadTest, UnpacksAndChecks) {
  HttpServer server([&](const std::string&) { return HttpAnswer{.body = gzipped(contents_)}; });
  std::uint64_t reported = 0;
  observer_.on_progress = [&](const std::string& file, std::uint64_t bytes, std::uint64_t) {
    EXPECT_EQ(file, "some-images");
    reported = bytes;
  };
  EXPECT_EQ(download({server.url()}), "");
  EXPECT_EQ(read_bytes(folder_ / "some-images"), contents_);
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("some-images"));
  EXPECT_THAT(server.requests(), ElementsAre("/some-images.gz"));
  EXPECT_EQ(reported, gzipped(contents_).size());
}

TEST_F(MnistDownloadTest, LeavesWhatIsThere) {
  HttpServer server([&](const std::string&) { return HttpAnswer{.status = 500}; });
  write_bytes(folder_ / "some-images", contents_);
  EXPECT_EQ(download({server.url()}), "");
  EXPECT_THAT(server.requests(), IsEmpty());
}

TEST_F(MnistDownloadTest, ReplacesAFileOfAnotherSize) {
  HttpServer server([&](const std::string&) { return HttpAnswer{.body = gzipped(contents_)}; });
  write_bytes(folder_ / "some-images", Bytes(10));
  EXPECT_EQ(download({server.url()}), "");
  EXPECT_EQ(read_bytes(folder_ / "some-images"), contents_);
}

TEST_F(MnistDownloadTest, RefusesAWrongHash) {
  Bytes other = contents_;
  other[5000] ^= 1;
  HttpServer server([&](const std::string&) { return HttpAnswer{.body = gzipped(other)}; });
  EXPECT_THAT(download({server.url()}), HasSubstr("its SHA-256 is wrong"));
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
  EXPECT_EQ(server.requests().size(), 1U) << "the same bytes would come again";
}

TEST_F(MnistDownloadTest, RefusesWhatIsTooLong) {
  Bytes longer = contents_;
  longer.resize(contents_.size() + 1);
  HttpServer unpacked([&](const std::string&) { return HttpAnswer{.body = gzipped(longer)}; });
  EXPECT_THAT(download({unpacked.url()}), HasSubstr("is not MNIST"));
  HttpServer packed([&](const std::string&) { return HttpAnswer{.body = Bytes(contents_.size() + 2000)}; });
  EXPECT_THAT(download({packed.url()}), HasSubstr("it is longer than 101024 bytes"));
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

TEST_F(MnistDownloadTest, TakesTheNextMirror) {
  HttpServer missing([&](const std::string&) { return HttpAnswer{.status = 404}; });
  HttpServer server([&](const std::string&) { return HttpAnswer{.body = gzipped(contents_)}; });
  EXPECT_EQ(download({nobody_listens, missing.url(), server.url()}), "");
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("127.0.0.1:1/: no connection"), HasSubstr("the server answered 404")));
  EXPECT_EQ(read_bytes(folder_ / "some-images"), contents_);
}

TEST_F(MnistDownloadTest, RepeatsABrokenTransfer) {
  int requests = 0;
  HttpServer server([&](const std::string&) {
    const Bytes packed = gzipped(contents_);
    ++requests;
    if (requests == 1) return HttpAnswer{.status = 503};
    if (requests == 2)
      return HttpAnswer{.body = Bytes(packed.begin(), packed.begin() + 100), .announced = packed.size()};
    return HttpAnswer{.body = packed};
  });
  EXPECT_EQ(download({server.url()}), "");
  EXPECT_EQ(server.requests().size(), 3U);
  EXPECT_EQ(read_bytes(folder_ / "some-images"), contents_);
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("some-images"));
}

TEST_F(MnistDownloadTest, GivesUpAfterThreeRounds) {
  HttpServer server([&](const std::string&) { return HttpAnswer{.status = 503}; });
  EXPECT_THAT(download({server.url()}),
              HasSubstr("cannot be downloaded (" + server.url() + ": the server answered 503"));
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST_F(MnistDownloadTest, AsksAnUnreachableMirrorOnce) {
  EXPECT_THAT(download({nobody_listens}), HasSubstr("no connection"));
  EXPECT_EQ(messages_.size(), 1U);
  EXPECT_EQ(download({}), "some-images: cannot be downloaded (no mirror is left)");
}

TEST_F(MnistDownloadTest, StopsWhenTold) {
  std::atomic<bool> stop = true;
  observer_.stop = &stop;
  HttpServer server([&](const std::string&) { return HttpAnswer{.body = gzipped(contents_)}; });
  EXPECT_EQ(download({server.url()}), "MNIST: the download was stopped");
  EXPECT_THAT(names_in(folder_.path()), IsEmpty());
}

TEST_F(MnistDownloadTest, SaysWhenTheFolderCannotBeMade) {
  write_bytes(folder_ / "file", Bytes(1));
  EXPECT_THAT(error_of([&] { download_mnist(folder_ / "file", {}, observer_, file_); }),
              HasSubstr("file: cannot be created"));
}

TEST(MnistMirrors, AreReadFromTheEnvironment) {
  ::setenv("NESTWRIGHT_MNIST_MIRRORS", " http://a/ ,http://b,", 1);
  EXPECT_THAT(mnist_mirrors(), ElementsAre("http://a/", "http://b"));
  ::setenv("NESTWRIGHT_MNIST_MIRRORS", "", 1);
  EXPECT_THAT(mnist_mirrors(), IsEmpty());
  ::unsetenv("NESTWRIGHT_MNIST_MIRRORS");
  EXPECT_EQ(mnist_mirrors().size(), 2U);
}

// FIPS 180-4's own example.
TEST(Sha256, GivesTheStandardsExample) {
  Sha256 hash;
  hash.add(Bytes{'a'});
  hash.add(Bytes{'b', 'c'});
  EXPECT_EQ(hash.hex_digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace nestwright
