#include "tests/model/reference_provider.h"

#include <HalideRuntime.h>

#include <cstring>

#include "generators/kernel_interface/kernel_error.h"
#include "ops/reference/families.h"
#include "ops/signature/signature.h"

namespace nestwright {
namespace {

using reference::Tensor;
using reference::Tensors;

std::vector<std::int64_t> extents_of(const halide_buffer_t& buffer) {
  std::vector<std::int64_t> extents;
  for (std::int32_t d = 0; d < buffer.dimensions; ++d) extents.push_back(buffer.dim[d].extent);
  return extents;
}

// Calls visit(address, n) for each element of the buffer: its address, and its number, which counts the elements along
// the innermost dimension first.
template <typename Visit>
void for_each_element(const halide_buffer_t& buffer, std::size_t element_size, Visit visit) {
  std::vector<std::int32_t> index(static_cast<std::size_t>(buffer.dimensions));
  for (std::size_t n = 0;; ++n) {
    std::ptrdiff_t offset = 0;
    for (std::size_t d = 0; d < index.size(); ++d) {
      offset += static_cast<std::ptrdiff_t>(index[d]) * buffer.dim[d].stride;
    }
    visit(buffer.host + offset * static_cast<std::ptrdiff_t>(element_size), n);
    std::size_t d = 0;
    while (d < index.size() && ++index[d] == buffer.dim[d].extent) index[d++] = 0;
    if (d == index.size()) return;
  }
}

template <typename T>
double read_as(const void* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return static_cast<double>(value);
}

double read(const TensorSpec& spec, const void* address) {
  if (spec.type == DataType::uint8) return read_as<std::uint8_t>(address);
  if (spec.type == DataType::int32) return read_as<std::int32_t>(address);
  return read_as<float>(address);
}

Tensor load(const TensorSpec& spec, void* argument) {
  if (spec.is_scalar()) {
    Tensor scalar(std::vector<std::int64_t>{});
    scalar.elements().at(0) = read(spec, argument);
    return scalar;
  }
  const auto& buffer = *static_cast<const halide_buffer_t*>(argument);
  Tensor tensor(extents_of(buffer));
  for_each_element(buffer, size_in_bytes(spec.type),
                   [&](std::uint8_t* address, std::size_t n) { tensor.elements().at(n) = read(spec, address); });
  return tensor;
}

void store(const TensorSpec& spec, const Tensor& tensor, void* argument) {
  const auto& buffer = *static_cast<const halide_buffer_t*>(argument);
  for_each_element(buffer, size_in_bytes(spec.type), [&](std::uint8_t* address, std::size_t n) {
    const double value = tensor.elements().at(n).value;
    if (spec.type == DataType::uint8) {
      *address = static_cast<std::uint8_t>(value);
    } else {
      const auto rounded = static_cast<float>(value);
      std::memcpy(address, &rounded, sizeof rounded);
    }
  });
}

}  // namespace

int ReferenceProvider::call(const Kernel& kernel, void** arguments) const {
  const std::string& op = kernel.key.op;
  const Shape& shape = kernel.key.shape;
  if (op == broken_.first) {
    record_kernel_error(broken_.second.c_str());
    return -13;
  }
  const Signature& signature = find_signature(op);
  Tensors inputs;
  for (const TensorSpec& spec : signature.inputs(shape)) inputs[spec.name] = load(spec, *arguments++);
  const Tensors outputs = reference::evaluate(op, shape, inputs);
  for (const TensorSpec& spec : signature.outputs(shape)) store(spec, outputs.at(spec.name), *arguments++);
  return 0;
}

const Kernel& ReferenceProvider::find(const std::string& op, const Shape& shape, const std::string& target) const {
  requests_.emplace_back(op, shape);
  Kernel& kernel = kernels_.emplace_back();
  kernel.key = {.op = op, .algorithm = "reference", .shape = shape, .target = target, .schedule = "reference"};
  kernel.call = [this, &kernel](void** arguments) { return call(kernel, arguments); };
  return kernel;
}

}  // namespace nestwright
