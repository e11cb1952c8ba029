#include "generators/kernel_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>
#include <vector>

#include "generators/target_check.h"
#include "support/error.h"

namespace nestwright {
namespace {

// An argument of the kernel, as a call passes it.
struct Argument {
  TensorSpec spec;
  bool is_output = false;
};

struct Kernel {
  std::string function;
  BoundAlgorithm bound;
  std::vector<Argument> arguments;
  std::vector<std::string> sizes;  // the dimensions whose extents a call gives, each once
  bool any_block_stride = false, has_user_context = false, is_for_cpp = false, is_for_device = false;
};

std::string type_name(DataType type) {
  return type == DataType::float32 ? "float32" : type == DataType::uint8 ? "uint8" : "int32";
}

std::string c_type(DataType type) {
  return type == DataType::float32 ? "float" : type == DataType::uint8 ? "uint8_t" : "int32_t";
}

// What a call's size is called: the number of elements of `dimension`.
std::string size_name(const std::string& dimension) { return (dimension == "i" ? "parameter" : dimension) + "_count"; }

std::string meaning(const Dimension& dimension, const Shape& shape) {
  static const std::map<std::string, std::string> meanings = {{"lane", "image of a block"},
                                                              {"x", "column"},
                                                              {"y", "row"},
                                                              {"c", "channel"},
                                                              {"ci", "channel of the input"},
                                                              {"co", "channel of the output"},
                                                              {"kx", "column of the window"},
                                                              {"ky", "row of the window"},
                                                              {"o", "feature of the output"},
                                                              {"group", "partial gradient, all of which are added up"},
                                                              {"step", "number that changes with the steps"}};
  if (dimension.name == "block") {
    return fmt::format("block of {} images", shape.contains("lanes") ? shape.at("lanes") : 1);
  }
  if (dimension.name == "i") return dimension.extent == dynamic_extent ? "parameter" : "feature of the input";
  const auto found = meanings.find(dimension.name);
  return found == meanings.end() ? dimension.name : found->second;
}

bool is_free(const Kernel& kernel, const TensorSpec& spec, std::size_t d) {
  const bool follows_a_free_extent =
      std::any_of(spec.dimensions.begin(), spec.dimensions.begin() + static_cast<std::ptrdiff_t>(d),
                  [](const Dimension& dimension) { return dimension.extent == dynamic_extent; });
  return follows_a_free_extent || (kernel.any_block_stride && d > 0 && spec.dimensions[d].name == "block");
}

Kernel describe(const std::string& function, const KernelRequest& request, const std::string& targets) {
  require_known_targets(targets);
  Kernel kernel = {.function = function, .any_block_stride = true, .is_for_device = true};
  std::istringstream stream(targets);
  for (std::string text; std::getline(stream, text, ',');) {
    const Halide::Target target(text);
    kernel.bound = bind_request(request, target);
    // A buffer must suit whichever target the machine turns out to be.
    kernel.any_block_stride &= block_stride_of(target) == BlockStride::any;
    kernel.is_for_device &= target.has_gpu_feature();
    kernel.has_user_context |= target.has_feature(Halide::Target::UserContext);
    kernel.is_for_cpp |= target.has_feature(Halide::Target::CPlusPlusMangling);
  }
  const Signature& signature = find_signature(kernel.bound.op);
  for (const TensorSpec& spec : signature.inputs(kernel.bound.shape)) kernel.arguments.push_back({spec, false});
  for (const TensorSpec& spec : signature.outputs(kernel.bound.shape)) kernel.arguments.push_back({spec, true});
  for (const Argument& argument : kernel.arguments) {
    for (const Dimension& dimension : argument.spec.dimensions) {
      if (dimension.extent == dynamic_extent && std::ranges::find(kernel.sizes, dimension.name) == kernel.sizes.end()) {
        kernel.sizes.push_back(dimension.name);
      }
    }
  }
  // As NESTWRIGHT_MOST_ARGUMENTS and NESTWRIGHT_MOST_DIMENSIONS of nestwright_checked_call.h have it.
  constexpr std::size_t most_arguments = 32, most_dimensions = 8;
  const bool fits = kernel.arguments.size() <= most_arguments && kernel.sizes.size() <= most_dimensions &&
                    std::ranges::all_of(kernel.arguments, [](const Argument& argument) {
                      return argument.spec.dimensions.size() <= most_dimensions;
                    });
  if (!fits) throw Error(kernel.bound.op, "has more arguments or dimensions than nestwright_checked_call.h allows for");
  return kernel;
}

// A C program would compile, and not link, as it knows no such names.
std::string language_check(const Kernel& kernel) {
  if (!kernel.is_for_cpp) return "";
  return fmt::format(
      "#ifndef __cplusplus\n"
      "#error \"{} has a name of C++ (c_plus_plus_name_mangling); generate it without for C\"\n"
      "#endif\n",
      kernel.function);
}

std::string argument_comment(const Kernel& kernel, const Argument& argument) {
  const TensorSpec& spec = argument.spec;
  const std::string role = argument.is_output ? "output" : "input";
  if (spec.is_scalar()) return fmt::format(" * {}: {}, {}, by value\n", spec.name, role, type_name(spec.type));
  std::string text = fmt::format(" * {}: {}, {}{}\n", spec.name, role, type_name(spec.type),
                                 spec.in_place_of.empty() ? "" : "; may have the memory of " + spec.in_place_of);
  std::string stride = "1";
  std::int64_t elements = 1;
  for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
    const Dimension& dimension = spec.dimensions[d];
    const bool any_extent = dimension.extent == dynamic_extent;
    text += fmt::format(" *   {:<8} extent {:<16} stride {:<18} {}\n", dimension.name,
                        any_extent ? size_name(dimension.name) : std::to_string(dimension.extent),
                        is_free(kernel, spec, d) ? fmt::format("any ({} if dense)", stride) : stride,
                        meaning(dimension, kernel.bound.shape));
    if (any_extent) {
      stride = elements == 1 ? size_name(dimension.name) : fmt::format("{} {}", elements, size_name(dimension.name));
    } else {
      elements *= dimension.extent;
      stride = std::to_string(elements);
    }
  }
  return text;
}

std::string comment(const Kernel& kernel, const std::string& schedule, const std::string& targets) {
  std::string text = fmt::format(
      "/* {}, algorithm {}, schedule {}, for {}:\n * {}\n"
      " * Shape: {}\n"
      " *\n"
      " * Element (i, j, ...) of a tensor is number i * stride of the first dimension + j * stride of the second + "
      "...; the\n"
      " * first dimension is contiguous. Sizes such as block_count are what a call gives.\n",
      kernel.bound.op, kernel.bound.algorithm_name, schedule, targets, find_signature(kernel.bound.op).summary,
      kernel.bound.shape.entries().empty() ? "none" : kernel.bound.shape.text());
  for (const Argument& argument : kernel.arguments) text += argument_comment(kernel, argument);
  return text + " */\n";
}

// {"lane", 16, 0, 0}, ...: the elements of an array of struct nestwright_dimension.
std::string dimension_table(const Kernel& kernel, const TensorSpec& spec) {
  std::string text;
  for (std::size_t d = 0; d < spec.dimensions.size(); ++d) {
    const Dimension& dimension = spec.dimensions[d];
    const bool any_extent = dimension.extent == dynamic_extent;
    const auto size = std::ranges::find(kernel.sizes, dimension.name) - kernel.sizes.begin();
    text += fmt::format("{}{{\"{}\", {}, {}, {}}}", text.empty() ? "" : ", ", dimension.name,
                        any_extent ? 0 : dimension.extent, any_extent ? size : 0, is_free(kernel, spec, d) ? 1 : 0);
  }
  return text;
}

std::string tables(const Kernel& kernel) {
  std::string dimensions, arguments, sizes;
  for (const auto& [spec, is_output] : kernel.arguments) {
    const std::string code = spec.type == DataType::float32 ? "halide_type_float"
                             : spec.type == DataType::uint8 ? "halide_type_uint"
                                                            : "halide_type_int";
    const std::string table = spec.is_scalar() ? "NULL" : spec.name + "_dimensions";
    if (!spec.is_scalar()) {
      dimensions += fmt::format("  static const struct nestwright_dimension {}[] = {{{}}};\n", table,
                                dimension_table(kernel, spec));
    }
    arguments += fmt::format("\n    {{\"{}\", {}, {}, {}, {}, {}}},", spec.name, code, 8 * size_in_bytes(spec.type),
                             spec.dimensions.size(), table, is_output ? 1 : 0);
  }
  for (const std::string& size : kernel.sizes) sizes += fmt::format("\"{}\", ", size_name(size));
  return fmt::format(
      "static inline const struct nestwright_kernel* {0}_kernel(void) {{\n"
      "{1}"
      "  static const struct nestwright_argument arguments[] = {{{2}}};\n"
      "  static const char* const sizes[] = {{{3}NULL}};\n"
      "  static const struct nestwright_kernel kernel = {{\"{0}\", {0}_argv, {4}, arguments, {5}, sizes, {6}, {7}}};\n"
      "  return &kernel;\n}}\n",
      kernel.function, dimensions, arguments, sizes, kernel.arguments.size(), kernel.sizes.size(),
      kernel.has_user_context ? 1 : 0, kernel.is_for_device ? 1 : 0);
}

std::string checked_call(const Kernel& kernel) {
  std::string parameters, memory, sizes;
  for (const std::string& size : kernel.sizes) {
    parameters += fmt::format("int64_t {}, ", size_name(size));
    sizes += size_name(size) + ", ";
  }
  for (const auto& [spec, is_output] : kernel.arguments) {
    parameters += fmt::format("{}{}{} {}, ", is_output || spec.is_scalar() ? "" : "const ", c_type(spec.type),
                              spec.is_scalar() ? "" : "*", spec.name);
    memory += fmt::format("{}(void*){}{}", memory.empty() ? "" : ", ", spec.is_scalar() ? "&" : "", spec.name);
  }
  return fmt::format(
      "/* Calls the kernel on dense tensors in the host's memory; a device's copies are made here. Returns 0, or an "
      "error\n"
      " * code of HalideRuntime.h, with what is wrong in `message` (which may be null, and has `message_size` bytes). "
      "*/\n"
      "static inline int {0}_checked({1}char* message, size_t message_size) {{\n"
      "  void* const memory[] = {{{2}}};\n"
      "  const int64_t sizes[] = {{{3}0}};\n"
      "  return nestwright_checked_call({0}_kernel(), memory, sizes, message, message_size);\n}}\n",
      kernel.function, parameters, memory, sizes);
}

std::string check(const Kernel& kernel) {
  std::string parameters, buffers;
  for (const Argument& argument : kernel.arguments) {
    const std::string& name = argument.spec.name;
    if (!argument.spec.is_scalar()) parameters += fmt::format("const struct halide_buffer_t* {}, ", name);
    buffers += fmt::format("{}{}", buffers.empty() ? "" : ", ", argument.spec.is_scalar() ? "NULL" : name);
  }
  return fmt::format(
      "/* Checks buffers that the kernel is about to be called with. Returns 0, or an error code, as above. */\n"
      "static inline int {0}_check({1}char* message, size_t message_size) {{\n"
      "  const struct halide_buffer_t* const buffers[] = {{{2}}};\n"
      "  return nestwright_check_buffers({0}_kernel(), buffers, message, message_size);\n}}\n",
      kernel.function, parameters, buffers);
}

}  // namespace

std::string kernel_header(const std::string& function, const KernelRequest& request, const std::string& targets) {
  const Kernel kernel = describe(function, request, targets);
  const auto schedule = request.find("schedule");
  std::string name = schedule == request.end() ? "" : std::filesystem::path(schedule->second).filename().string();
  if (request.contains("records")) name += " or a recorded one";
  const std::string guard = fmt::format("NESTWRIGHT_{}", function);
  return fmt::format(
      "\n#ifndef {0}\n#define {0}\n{1}{2}#include \"nestwright_checked_call.h\"\n\n{3}\n{4}\n{5}#endif\n", guard,
      language_check(kernel), comment(kernel, name, targets), tables(kernel), checked_call(kernel), check(kernel));
}

}  // namespace nestwright
