#include "reference/kernel_call.h"

#include <HalideRuntime.h>
#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <limits>
#include <map>

#include "error/error.h"
#include "model/runtime/kernel_error.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;

constexpr unsigned char untouched_byte = 251;
constexpr std::size_t guard = 256;  // bytes before and after a tensor

halide_type_t runtime_type(DataType type) {
  if (type == DataType::uint8) return halide_type_of<std::uint8_t>();
  if (type == DataType::int32) return halide_type_of<std::int32_t>();
  return halide_type_of<float>();
}

template <typename T>
void store(const Tensor& tensor, unsigned char* memory) {
  for (const Number& element : tensor.elements()) {
    const T value = static_cast<T>(element.value);
    std::memcpy(memory, &value, sizeof value);
    memory += sizeof value;
  }
}

template <typename T>
void load(const unsigned char* memory, Tensor& tensor) {
  for (Number& element : tensor.elements()) {
    T value;
    std::memcpy(&value, memory, sizeof value);
    memory += sizeof value;
    element = static_cast<double>(value);
  }
}

// A tensor in memory, with guards around it.
class Argument {
 public:
  Argument(const TensorSpec& spec, const Tensor& tensor)
      : type_(spec.type),
        name_(spec.name),
        bytes_(tensor.elements().size() * size_in_bytes(spec.type)),
        memory_(bytes_ + 2 * guard, untouched_byte) {
    std::int64_t stride = 1;
    for (const std::int64_t extent : tensor.extents()) {
      dimensions_.push_back({0, static_cast<int>(extent), static_cast<int>(stride), 0});
      stride *= extent;
    }
    buffer_.host = data();
    buffer_.type = runtime_type(spec.type);
    buffer_.dimensions = static_cast<int>(dimensions_.size());
    buffer_.dim = dimensions_.data();
  }

  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;
  ~Argument() {
    if (buffer_.device != 0) buffer_.device_interface->device_free(nullptr, &buffer_);
  }

  void fill(const Tensor& tensor) {
    if (type_ == DataType::uint8) store<std::uint8_t>(tensor, data());
    if (type_ == DataType::int32) store<std::int32_t>(tensor, data());
    if (type_ == DataType::float32) store<float>(tensor, data());
    // A kernel for a device copies what the host has changed.
    buffer_.flags |= halide_buffer_flag_host_dirty;
  }
  void fill_with_nan() {
    Tensor nan({static_cast<std::int64_t>(bytes_ / size_in_bytes(type_))});
    for (Number& element : nan.elements()) element = std::numeric_limits<double>::quiet_NaN();
    if (type_ == DataType::float32) store<float>(nan, data());
    buffer_.flags |= halide_buffer_flag_host_dirty;
  }
  // Copies what a kernel left on a device.
  void fetch(const KernelKey& key) {
    if ((buffer_.flags & halide_buffer_flag_device_dirty) == 0) return;
    if (const int code = buffer_.device_interface->copy_to_host(nullptr, &buffer_); code != 0) {
      throw Error(to_string(key), fmt::format("{} can't be copied from the device: code {}", name_, code));
    }
  }
  void read(Tensor& tensor) const {
    if (type_ == DataType::uint8) load<std::uint8_t>(data(), tensor);
    if (type_ == DataType::int32) load<std::int32_t>(data(), tensor);
    if (type_ == DataType::float32) load<float>(data(), tensor);
  }
  void require_guards(const KernelKey& key) const {
    for (std::size_t n = 0; n < guard; ++n) {
      if (memory_[n] != untouched_byte)
        throw Error(to_string(key), fmt::format("writes before the start of {}", name_));
      if (memory_[guard + bytes_ + n] != untouched_byte) {
        throw Error(to_string(key), fmt::format("writes beyond the end of {}", name_));
      }
    }
  }
  // What a kernel takes: a halide_buffer_t, or a value.
  void* pointer() { return dimensions_.empty() ? static_cast<void*>(data()) : &buffer_; }

 private:
  unsigned char* data() { return memory_.data() + guard; }
  const unsigned char* data() const { return memory_.data() + guard; }

  DataType type_;
  std::string name_;
  std::size_t bytes_;
  std::vector<unsigned char> memory_;
  std::vector<halide_dimension_t> dimensions_;
  halide_buffer_t buffer_ = {};
};

}  // namespace

reference::Tensors call_kernel(const Kernel& kernel, const reference::Tensors& inputs,
                               const reference::Tensors& outputs, Memory memory) {
  const Signature& signature = find_signature(kernel.key.op);
  std::deque<Argument> arguments;  // buffers point into their argument: no moving
  std::map<std::string, Argument*> by_name;
  std::vector<void*> pointers;
  for (const TensorSpec& spec : signature.inputs(kernel.key.shape)) {
    Argument& argument = arguments.emplace_back(spec, inputs.at(spec.name));
    argument.fill(inputs.at(spec.name));
    by_name[spec.name] = &argument;
    pointers.push_back(argument.pointer());
  }
  for (const TensorSpec& spec : signature.outputs(kernel.key.shape)) {
    if (memory == Memory::in_place && !spec.in_place_of.empty()) {
      by_name[spec.name] = by_name.at(spec.in_place_of);
    } else {
      Argument& argument = arguments.emplace_back(spec, outputs.at(spec.name));
      argument.fill_with_nan();
      by_name[spec.name] = &argument;
    }
    pointers.push_back(by_name.at(spec.name)->pointer());
  }
  if (const int code = kernel.call(pointers.data()); code != 0) {
    throw Error(to_string(kernel.key), fmt::format("failed with code {}: {}", code, take_kernel_error()));
  }
  for (Argument& argument : arguments) argument.fetch(kernel.key);
  for (const Argument& argument : arguments) argument.require_guards(kernel.key);
  reference::Tensors results = outputs;
  for (auto& [name, tensor] : results) by_name.at(name)->read(tensor);
  return results;
}

}  // namespace nestwright
