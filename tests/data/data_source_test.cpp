#include "model/data/data_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <optional>

#include "model/data/mnist_files.h"
#include "tests/support/idx_files.h"

namespace nestwright {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Sets environment variables, and puts them back.
class Environment {
 public:
  explicit Environment(const std::map<std::string, std::optional<std::string>>& values) {
    for (const auto& [name, value] : values) {
      const char* const before = std::getenv(name.c_str());
      before_[name] = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
      set(name, value);
    }
  }
  ~Environment() {
    for (const auto& [name, value] : before_) set(name, value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  static void set(const std::string& name, const std::optional<std::string>& value) {
    if (value) {
      ::setenv(name.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name.c_str());
    }
  }

  std::map<std::string, std::optional<std::string>> before_;
};

TEST(DataSource, ReadsAFolder) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  const Dataset dataset = load_dataset(folder.path().string());
  EXPECT_EQ(dataset.name, folder.path().string());
  EXPECT_FALSE(dataset.is_synthetic);
  EXPECT_EQ(dataset.train.count, 12);
  EXPECT_EQ(dataset.test.count, 7);
}

TEST(DataSource, KnowsTheNamesThatCopiesHave) {
  const TemporaryFolder folder;
  write_bytes(folder / "train-images.idx3-ubyte", idx_images(4, 28, 28));
  write_bytes(folder / "train-labels.idx1-ubyte.gz", gzipped(idx_labels(4)));
  write_bytes(folder / "t10k-images-idx3-ubyte.gz", gzipped(idx_images(3, 28, 28)));
  EXPECT_EQ(error_of([&] { load_dataset(folder.path().string()); }),
            folder.path().string() +
                ": holds no t10k-labels-idx1-ubyte and no t10k-labels-idx1-ubyte.gz; a data set is "
                "four IDX files named as MNIST's are");
  write_bytes(folder / "t10k-labels-idx1-ubyte", idx_labels(3));
  EXPECT_EQ(load_dataset(folder.path().string()).test.count, 3);
}

// Kaggle's archive has each file twice: with a dot, and in a folder that has its name without one.
TEST(DataSource, PassesOverFoldersOfAFilesName) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  for (const MnistFile& file : mnist_files) {
    std::filesystem::rename(folder / std::string(file.name), folder / std::string(file.name_with_dot));
    std::filesystem::create_directories(folder / std::string(file.name) / std::string(file.name));
  }
  EXPECT_EQ(load_dataset(folder.path().string()).train.count, 12);
  const std::filesystem::path packed = folder / "t10k-labels-idx1-ubyte.gz";
  write_bytes(packed, gzipped(idx_labels(7)));
  std::filesystem::remove(folder / "t10k-labels.idx1-ubyte");
  std::filesystem::create_directory(folder / "t10k-labels.idx1-ubyte");
  EXPECT_EQ(load_dataset(folder.path().string()).test.count, 7);
  std::filesystem::remove(packed);
  EXPECT_EQ(error_of([&] { load_dataset(folder.path().string()); }),
            (folder / "t10k-labels-idx1-ubyte").string() +
                ": is no regular file; expected an IDX file, plain or packed by gzip");
}

TEST(DataSource, PassesOverPipesOfAFilesName) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  for (const MnistFile& file : mnist_files) {
    std::filesystem::rename(folder / std::string(file.name), folder / std::string(file.name_with_dot));
    ASSERT_EQ(mkfifo((folder / std::string(file.name)).c_str(), 0600), 0);
  }
  EXPECT_EQ(load_dataset(folder.path().string()).train.count, 12);
}

TEST(DataSource, SaysWhyAFolderCantBeLookedInto) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  ASSERT_EQ(chmod(folder.path().c_str(), 0600), 0);
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(54321) != 0) _exit(2);
    const std::string error = error_of([&] { load_dataset(folder.path().string()); });
    _exit(error.find("train-images-idx3-ubyte: cannot be read: Permission denied") != std::string::npos ? 0 : 1);
  }
  int state = -1;
  ASSERT_EQ(waitpid(child, &state, 0), child);
  ASSERT_EQ(chmod(folder.path().c_str(), 0700), 0);
  EXPECT_EQ(state, 0);
}

TEST(DataSource, TestImagesNeedNoTrainingFiles) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  std::filesystem::remove(folder / "train-images-idx3-ubyte");
  std::filesystem::remove(folder / "train-labels-idx1-ubyte");
  const Environment environment({{"NESTWRIGHT_MNIST", folder.path().string()}, {"NESTWRIGHT_MNIST_MIRRORS", ""}});
  for (const std::string& source : {folder.path().string(), std::string("auto")}) {
    const Dataset dataset = load_dataset(source, {}, DataPart::test);
    EXPECT_EQ(dataset.test.count, 7);
    EXPECT_EQ(dataset.train.count, 0);
    EXPECT_THAT(error_of([&] { load_dataset(source); }), HasSubstr("holds no train-images-idx3-ubyte"));
  }
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
  EXPECT_THAT(error_of([&] { load_dataset("auto", {}, DataPart::test); }), HasSubstr("holds no t10k-labels"));
}

TEST(DataSource, RefusesPartsOfDifferentSizes) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  write_bytes(folder / "t10k-images-idx3-ubyte", idx_images(7, 14, 14));
  EXPECT_THAT(error_of([&] { load_dataset(folder.path().string()); }), HasSubstr("its images are 14 x 14 pixels"));
}

TEST(DataSource, SaysWhatIsWrongWithAFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { load_dataset((folder / "nothing").string()); }),
            (folder / "nothing").string() + ": does not exist");
  write_bytes(folder / "file", Bytes(3));
  EXPECT_EQ(error_of([&] { load_dataset((folder / "file").string()); }),
            (folder / "file").string() + ": is not a folder");
  EXPECT_NE(error_of([&] { load_dataset(""); }), "");
}

TEST(DataSource, AutoTakesTheNamedFolderFirst) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  const Environment environment({{"NESTWRIGHT_MNIST", folder.path().string()}, {"NESTWRIGHT_MNIST_MIRRORS", ""}});
  EXPECT_EQ(load_dataset("auto").train.count, 12);
}

TEST(DataSource, AutoDoesNotPassOverDamage) {
  const TemporaryFolder folder;
  write_data_set(folder.path(), 12, 7);
  write_bytes(folder / "train-labels-idx1-ubyte", idx_labels(11));
  const Environment environment({{"NESTWRIGHT_MNIST", folder.path().string()}, {"NESTWRIGHT_MNIST_MIRRORS", ""}});
  EXPECT_THAT(error_of([&] { load_dataset("auto"); }), HasSubstr("holds 11 labels"));
}

TEST(DataSource, AutoFallsBackToSyntheticDigitsAndSaysWhy) {
  const TemporaryFolder folder;
  const Environment environment({{"NESTWRIGHT_MNIST", std::nullopt},
                                 {"NESTWRIGHT_MNIST_MIRRORS", ""},
                                 {"XDG_CACHE_HOME", folder.path().string()}});
  std::vector<std::string> messages;
  const Dataset dataset = load_dataset("auto", {.on_message = [&](const auto& line) { messages.push_back(line); }});
  EXPECT_TRUE(dataset.is_synthetic);
  EXPECT_EQ(dataset.name, "synthetic digits");
  EXPECT_EQ(dataset.train.count, 60000);
  EXPECT_THAT(messages, ElementsAre(HasSubstr("using synthetic digits instead")));
}

TEST(DataSource, KnowsTheCache) {
  {
    const Environment environment({{"XDG_CACHE_HOME", "/c"}, {"HOME", "/h"}});
    EXPECT_EQ(mnist_cache_folder(), "/c/nestwright/mnist");
  }
  {
    const Environment environment({{"XDG_CACHE_HOME", ""}, {"HOME", "/h"}});
    EXPECT_EQ(mnist_cache_folder(), "/h/.cache/nestwright/mnist");
  }
  const Environment environment({{"XDG_CACHE_HOME", std::nullopt}, {"HOME", std::nullopt}});
  EXPECT_EQ(mnist_cache_folder(), std::nullopt);
}

TEST(Normalisation, IsTheMeanAndDeviationOfThePixels) {
  const LabelledImages images{.count = 2, .width = 2, .height = 1, .pixels = {0, 255, 0, 0}, .labels = {1, 2}};
  const Normalisation normalisation = normalisation_of(images);
  EXPECT_FLOAT_EQ(normalisation.mean, 0.25F);
  EXPECT_FLOAT_EQ(normalisation.deviation, 0.433F);
  EXPECT_EQ(normalisation_of({.count = 1, .width = 1, .height = 1, .pixels = {51}, .labels = {0}}),
            (Normalisation{.mean = 0.2F, .deviation = 1.0F}));
}

}  // namespace
}  // namespace nestwright
