// Compiles one kernel, called like Halide's generators. Called with
//     --fingerprints LIST FOLDER [SOURCE ...]
// it writes into FOLDER what each kernel of the list LIST is made of (kernel_fingerprints.h). Each SOURCE is a file of
// the code that compiles kernels: a change in one makes all of them anew. Called with
//     --interface FUNCTION target=TARGET,... KEY=VALUE ...
// it checks the request that the KEYs make (kernel_request.h), and prints what belongs into the header of the kernel
// FUNCTION (kernel_header.h).
#include <Halide.h>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <new>
#include <string>
#include <string_view>

#include "generators/kernel_fingerprints.h"
#include "generators/kernel_header.h"
#include "generators/records/record_key.h"
#include "support/error.h"
#include "support/message.h"
#include "support/out_of_memory.h"
#include "support/standard_streams.h"

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

void print_interface(int count, char** arguments) {
  KernelRequest request;
  for (int i = 1; i < count; ++i) {
    const std::string entry = arguments[i];
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) throw Error("--interface", fmt::format("'{}' is not key=value", entry));
    request[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  fmt::print("{}", kernel_header(arguments[0], request, request["target"]));
  if (std::fflush(stdout) != 0) throw Error("standard output", "can't be written");
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  const std::string_view mode = argc < 2 ? "" : argv[1];
  try {
    nestwright::prepare_standard_streams();
    if (argc < 4 || (mode != "--fingerprints" && mode != "--interface")) {
      return Halide::Internal::generate_filter_main(argc, argv);
    }
    if (mode == "--interface") {
      nestwright::print_interface(argc - 2, argv + 2);
    } else {
      nestwright::write_fingerprints(nestwright::read_kernel_list(argv[2]), nestwright::code_of(argc - 4, argv + 4),
                                     argv[3]);
    }
  } catch (const Halide::Error& error) {  // which is no std::exception
    nestwright::say("nestwright-generator: " + nestwright::printable_complaint(nestwright::first_line(error.what())));
    return 1;
  } catch (const std::bad_alloc&) {
    nestwright::say_out_of_memory();
    return 1;
  } catch (const std::exception& error) {
    nestwright::say("nestwright-generator: " + nestwright::printable_complaint(error.what()));
    return 1;
  }
  return 0;
}
