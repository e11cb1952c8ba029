#include "example_pipeline.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "dsl/parse.h"
#include "support/error.h"

namespace nestwright::dsl {

using Halide::Buffer;
using Halide::Float;

Example::Example()
    : image(Float(32), 3, "image"),
      input("input"),
      sum("sum"),
      scaled("scaled"),
      output("output"),
      r({{0, 3}, {0, 2}, {0, 5}}, "r") {
  input(x, y, c) = image(x, y, c);
  sum(x, y, c) = 0.0f;
  sum(x, y, c) += input(x + r.x, y + r.y, r.z) * Halide::cast<float>(c + r.z + 1);
  scaled(x, y, c) = 2.0f * input(x, y, c);
  output(x, y, c) = sum(x, y, c) + scaled(x, y, c);
  output.output_buffer().dim(0).set_bounds(0, 24);
  output.output_buffer().dim(1).set_bounds(0, 10);
}

Pipeline Example::pipeline() const {
  return {.op = "example",
          .funcs = {{"input", input}, {"sum", sum}, {"scaled", scaled}, {"output", output}},
          .reduction_variables = {{"kx", r.x}, {"ky", r.y}, {"k", r.z}},
          .in_place = {}};
}

Buffer<float> Example::run() {
  Buffer<float> values(48, 28, 8);
  values.set_min(-8, -8, 0);
  values.for_each_element(
      [&](int i, int j, int k) { values(i, j, k) = static_cast<float>((7 * (i + 8) + 5 * (j + 8) + 3 * k) % 11); });
  image.set(values);
  return output.realize({24, 10, 4});
}

std::string Example::statement(const Halide::Target& target) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("nestwright-statement-" + std::to_string(getpid()) + ".txt");
  try {
    output.compile_to({{Halide::OutputFileType::stmt, file.string()}}, {image}, "run", target);
  } catch (const Halide::Error& error) {
    return error.what();
  }
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(file);
  // Names' numbers, and the length of the GPU's code, which grows with them.
  static const std::regex numbers(
      "\\$[0-9]+|\\b[tv][0-9]+|__[0-9]+(?=_)|_v[0-9]+(?=_)|source_kernels.buffer\\), [0-9]+");
  // A loop that a schedule names has a '_' in front of its name that one in C++ has not.
  static const std::regex made_loops("\\._(?=[A-Za-z])"), in_code("__+");
  return std::regex_replace(std::regex_replace(std::regex_replace(text, numbers, ""), made_loops, "."), in_code, "_");
}

InPlaceExample::InPlaceExample()
    : previous(Float(32), 1, "previous"), change(Float(32), 1, "change"), weight("weight") {
  weight(i) = previous(i) + change(i);
}

Pipeline InPlaceExample::pipeline() const {
  return {.op = "example", .funcs = {{"weight", weight}}, .reduction_variables = {}, .in_place = {weight.name()}};
}

Buffer<float> InPlaceExample::run_in_place() {
  Buffer<float> values(21), changes(21);
  values.fill(1.0f);
  changes.for_each_element([&](int at) { changes(at) = static_cast<float>(at); });
  previous.set(values);
  change.set(changes);
  weight.realize(values);
  return values;
}

void apply_text(const std::string& statements, const Pipeline& pipeline, const Halide::Target& target) {
  apply(check(parse("schedule example for any\n" + statements, "a.nest"), target), pipeline, target);
}

std::string refusal(const std::string& statements, const Pipeline& pipeline, const Halide::Target& target) {
  try {
    apply_text(statements, pipeline, target);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace nestwright::dsl
