#include "generators/kernel_call/kernel_call.h"

#include <HalideRuntime.h>
#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <limits>
#include <map>

#include "generators/kernel_interface/kernel_error.h"
#include "support/error.h"

namespace nestwright {
namespace {

using reference::Number;
using reference::Tensor;

constexpr unsigned char untouched_byte = 251;
constexpr std::size_t guard = 512;  // bytes before and after a tensor; a multiple of what devices align parts to

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
  // On a device, where there is one, with the guards.
  Argument(const TensorSpec& spec, const Tensor& tensor, const halide_device_interface_t* device)
      : device_(spec.is_scalar() ? nullptr : device),
        type_(spec.type),
        name_(spec.name),
        bytes_(tensor.elements().size() * size_in_bytes(spec.type)),
        memory_(bytes_ + 2 * guard, untouched_byte) {
    std::int64_t stride = 1;
    for (const std::int64_t extent : tensor.extents()) {
      dimensions_.push_back({0, static_cast<int>(extent), static_cast<int>(stride), 0});
      stride *= extent;
    }
    buffer_.host = device_ == nullptr ? data() : nullptr;
    buffer_.type = runtime_type(spec.type);
    buffer_.dimensions = static_cast<int>(dimensions_.size());
    buffer_.dim = dimensions_.data();
  }

  Argument(const Argument&) = delete;
  Argument& operator=(const Argument&) = delete;
  ~Argument() {
    if (part_.device != 0) device_->device_release_crop(nullptr, &part_);
    if (whole_.device != 0) device_->device_free(nullptr, &whole_);
  }

  void fill(const Tensor& tensor) {
    if (type_ == DataType::uint8) store<std::uint8_t>(tensor, data());
    if (type_ == DataType::int32) store<std::int32_t>(tensor, data());
    if (type_ == DataType::float32) store<float>(tensor, data());
  }
  void fill_with_nan() {
    Tensor nan({static_cast<std::int64_t>(bytes_ / size_in_bytes(type_))});
    for (Number& element : nan.elements()) element = std::numeric_limits<double>::quiet_NaN();
    if (type_ == DataType::float32) store<float>(nan, data());
  }
  // Copies all to the device, or from there.
  void upload(const KernelKey& key) {
    if (device_ == nullptr) return;
    whole_ = bytes_from(whole_dimension_, 0, memory_.size());
    whole_.host = memory_.data();
    whole_.flags = halide_buffer_flag_host_dirty;
    require(key, device_->copy_to_device(nullptr, &whole_, device_), "copied to");
    part_ = bytes_from(part_dimension_, guard, bytes_);
    require(key, device_->device_crop(nullptr, &whole_, &part_), "cut out on");
    buffer_.device = part_.device;
    buffer_.device_interface = device_;
  }
  void fetch(const KernelKey& key) {
    if (device_ == nullptr) return;
    whole_.flags = halide_buffer_flag_device_dirty;
    require(key, device_->copy_to_host(nullptr, &whole_), "copied from");
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

  static halide_buffer_t bytes_from(halide_dimension_t& dimension, std::size_t first, std::size_t count) {
    dimension = {static_cast<int>(first), static_cast<int>(count), 1};
    halide_buffer_t buffer = {};
    buffer.type = halide_type_of<std::uint8_t>();
    buffer.dimensions = 1;
    buffer.dim = &dimension;
    return buffer;
  }
  void require(const KernelKey& key, int code, const char* what) const {
    if (code != 0) throw Error(to_string(key), fmt::format("{} can't be {} the device: code {}", name_, what, code));
  }

  const halide_device_interface_t* device_;
  DataType type_;
  std::string name_;
  std::size_t bytes_;
  std::vector<unsigned char> memory_;
  std::vector<halide_dimension_t> dimensions_;
  halide_buffer_t buffer_ = {};
  halide_dimension_t whole_dimension_ = {}, part_dimension_ = {};
  halide_buffer_t whole_ = {}, part_ = {};  // on the device: the memory with its guards, and the tensor in it
};

}  // namespace

reference::Tensors call_kernel(const Kernel& kernel, const reference::Tensors& inputs,
                               const reference::Tensors& outputs, Memory memory) {
  const Signature& signature = find_signature(kernel.key.op);
  std::deque<Argument> arguments;  // buffers point into their argument: no moving
  std::map<std::string, Argument*> by_name;
  std::vector<void*> pointers;
  for (const TensorSpec& spec : signature.inputs(kernel.key.shape)) {
    Argument& argument = arguments.emplace_back(spec, inputs.at(spec.name), kernel.device);
    argument.fill(inputs.at(spec.name));
    by_name[spec.name] = &argument;
    pointers.push_back(argument.pointer());
  }
  for (const TensorSpec& spec : signature.outputs(kernel.key.shape)) {
    if (memory == Memory::in_place && !spec.in_place_of.empty()) {
      by_name[spec.name] = by_name.at(spec.in_place_of);
    } else {
      Argument& argument = arguments.emplace_back(spec, outputs.at(spec.name), kernel.device);
      argument.fill_with_nan();
      by_name[spec.name] = &argument;
    }
    pointers.push_back(by_name.at(spec.name)->pointer());
  }
  for (Argument& argument : arguments) argument.upload(kernel.key);
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
