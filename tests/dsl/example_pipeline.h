#pragma once

#include <Halide.h>

#include <string>
#include <vector>

#include "dsl/apply.h"

namespace nestwright::dsl {

// A small pipeline with everything that directives work on: an input, two producers, one of them with a reduction,
// and an output of 24 x 10 x 4 elements, each of which may be computed more than once. Its values are whole numbers, so
// that sums are exact in every order.
struct Example {
  Halide::ImageParam image;
  Halide::Func input, sum, scaled, output;
  Halide::RDom r;
  Halide::Var x{"x"}, y{"y"}, c{"c"};

  Example();
  Pipeline pipeline() const;
  Halide::Buffer<float> run();

  // The loops and stores that Halide makes of it, without the numbers that it gives to names.
  std::string statement(const Halide::Target& target);
};

// An output that may be given the memory of an input: weight(i) = previous(i) + change(i), i < 21.
struct InPlaceExample {
  Halide::ImageParam previous, change;
  Halide::Func weight;
  Halide::Var i{"i"};

  InPlaceExample();
  Pipeline pipeline() const;
  Halide::Buffer<float> run_in_place();
};

// Applies a schedule's statements to the pipeline. Throws Error.
void apply_text(const std::string& statements, const Pipeline& pipeline,
                const Halide::Target& target = Halide::get_host_target());

// The message of the Error that apply_text throws, or "no error".
std::string refusal(const std::string& statements, const Pipeline& pipeline,
                    const Halide::Target& target = Halide::get_host_target());

}  // namespace nestwright::dsl
