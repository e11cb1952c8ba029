#include "tests/gpu/library_call.h"

#include <algorithm>
#include <limits>

#include "tests/gpu/image_layout.h"

namespace nestwright {
namespace {

using cudnn::Images;
using reference::Tensor;

// What the libraries are told of a tensor with the extents `e`, innermost first, by their number. Four: images (x, y,
// c, image), or a convolution's weights; three: a depthwise convolution's weights (kx, ky, c); two: features (feature,
// image); one: a value for each channel.
Images described(cuda::Address address, const std::vector<std::int64_t>& e) {
  switch (e.size()) {
    case 4:
      return {.address = address, .images = e[3], .channels = e[2], .height = e[1], .width = e[0]};
    case 3:
      return {.address = address, .images = e[2], .height = e[1], .width = e[0]};
    case 2:
      return {.address = address, .images = e[1], .channels = e[0]};
    default:
      return cudnn::per_channel(address, e.at(0));
  }
}

Tensor tensor_of(const std::vector<float>& values, const std::vector<std::int64_t>& extents) {
  Tensor tensor(extents);
  for (std::size_t n = 0; n < values.size(); ++n) tensor.elements().at(n) = static_cast<double>(values[n]);
  return tensor;
}

}  // namespace

LibraryCall::LibraryCall(const cudnn::Setting& setting, const Signature& signature, const Shape& shape,
                         const reference::Tensors& inputs, std::int64_t images)
    : setting_(setting), signature_(signature), shape_(shape), inputs_(inputs), images_(images) {}

Images LibraryCall::reserve(const std::vector<std::int64_t>& extents) {
  const Images images = described(0, extents);
  return described(
      memory_.emplace_back(static_cast<std::size_t>(images.size()), setting_.libraries->stream()).address(), extents);
}

Images LibraryCall::make(const std::vector<std::int64_t>& extents) {
  const Images images = reserve(extents);
  computed_.push_back(&memory_.back());
  return images;
}

Images LibraryCall::put(const Tensor& tensor) {
  const Images images = reserve(tensor.extents());
  std::vector<float> values;
  for (const reference::Number& element : tensor.elements()) values.push_back(static_cast<float>(element.value));
  memory_.back().upload(values);
  return images;
}

Images LibraryCall::output(const std::string& name) {
  const std::vector<TensorSpec> specs = signature_.outputs(shape_);
  const TensorSpec& spec = *std::ranges::find(specs, name, &TensorSpec::name);
  const std::vector<std::int64_t> extents = image_extents(spec, images_);
  const Tensor* const previous = spec.in_place_of == "previous" ? &inputs_.at("previous") : nullptr;
  const Images images = make(extents);
  output(name, [this, images, extents, previous] {
    Tensor tensor = tensor_of(download(images), extents);
    for (std::size_t n = 0; previous != nullptr && n < tensor.elements().size(); ++n) {
      tensor.elements()[n].value += previous->elements()[n].value;
    }
    return tensor;
  });
  return images;
}

void LibraryCall::output(const std::string& name, std::function<Tensor()> work_out) {
  outputs_[name] = std::move(work_out);
}

std::vector<float> LibraryCall::download(const Images& images) const {
  return std::ranges::find(memory_, images.address, &cudnn::DeviceFloats::address)->download();
}

std::vector<LibraryResult> LibraryCall::results(const std::vector<std::optional<cudnn::Operation>>& ways) {
  std::vector<LibraryResult> results;
  for (const std::optional<cudnn::Operation>& way : ways) {
    if (!way) continue;
    for (cudnn::DeviceFloats* const place : computed_) {
      place->upload(std::vector<float>(place->count(), std::numeric_limits<float>::quiet_NaN()));
    }
    way->issue();
    LibraryResult& result = results.emplace_back(LibraryResult{.plan = way->plan, .outputs = {}});
    for (const auto& [name, work_out] : outputs_) result.outputs[name] = work_out();
  }
  return results;
}

}  // namespace nestwright
