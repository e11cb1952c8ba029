// Writes a header that gives the caps on registers that come with the records which a build's CUDA kernels take, for
// the table of the build's kernels:
//     nestwright-recorded-registers RECORDS GPU TARGET KERNELS HEADER
// KERNELS is a file with a line for each kernel: function operator algorithm shape. For each it takes the record that
// the generator takes.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "generators/records/recorded_schedule.h"
#include "support/atomic_file.h"
#include "support/error.h"
#include "support/message.h"
#include "support/standard_streams.h"

namespace nestwright {
namespace {

std::string header_of(const std::filesystem::path& records, const std::string& gpu, const Halide::Target& target,
                      const std::string& kernels) {
  std::ifstream lines(kernels);
  if (!lines) throw Error(kernels, "cannot be read; expected lines of 'function operator algorithm shape'");
  std::string text =
      "#pragma once\n\n#include <string_view>\n\n"
      "inline int recorded_cuda_registers(std::string_view function, int listed) {\n";
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string function, op, algorithm, shape;
    words >> function >> op >> algorithm >> shape;
    const BoundAlgorithm bound = bind_algorithm(op, algorithm, Shape::parse(shape), block_stride_of(target));
    const auto winner = tune::recorded_winner(records, bound, target, gpu);
    if (!winner) continue;
    const auto cap = winner->parameters.find(tune::cuda_registers);
    text += fmt::format("  if (function == \"{}\") return {};\n", function,
                        cap == winner->parameters.end() ? 0 : cap->second);
  }
  return text + "  return listed;\n}\n";
}

}  // namespace
}  // namespace nestwright

int main(int argc, char** argv) {
  try {
    nestwright::prepare_standard_streams();
    if (argc != 6) throw nestwright::Error("usage", "nestwright-recorded-registers RECORDS GPU TARGET KERNELS HEADER");
    nestwright::write_text_file(argv[5],
                                nestwright::header_of(argv[1], argv[2], Halide::Target(std::string(argv[3])), argv[4]));
    return 0;
  } catch (const std::exception& error) {
    nestwright::say(nestwright::printable_complaint(error.what()));
    return 1;
  }
}
