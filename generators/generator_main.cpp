// Compiles one kernel, called like Halide's generators. Called with
//     --fingerprints LIST FOLDER [SOURCE ...]
// it writes into FOLDER what each kernel of the list LIST is made of (kernel_fingerprints.h). Each SOURCE is a file of
// the code that compiles kernels: a change in one makes all of them anew.
#include <Halide.h>
#include <fmt/format.h>

#include <exception>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "generators/kernel_fingerprints.h"
#include "generators/records/record_key.h"

namespace nestwright {
namespace {

// What compiles kernels, in one line: Halide's version and a hash of the texts of `sources`.
std::string code_of(int count, char** sources) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::ifstream stream(sources[i], std::ios::binary);
    text.append(std::istreambuf_iterator<char>(stream), {});
  }
  return fmt::format("Halide {}.{}.{}, code {}", HALIDE_VERSION_MAJOR, HALIDE_VERSION_MINOR, HALIDE_VERSION_PATCH,
                     tune::hash_of(text));
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  if (argc < 4 || std::string_view(argv[1]) != "--fingerprints") {
    return Halide::Internal::generate_filter_main(argc, argv);
  }
  try {
    nestwright::write_fingerprints(nestwright::read_kernel_list(argv[2]), nestwright::code_of(argc - 4, argv + 4),
                                   argv[3]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "nestwright-generator: {}\n", error.what());
    return 1;
  }
  return 0;
}
