#include "tools/train/image_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "model/runtime/parameters.h"

namespace nestwright {
namespace {

// In pixels, as for a data set's images.
constexpr std::int64_t largest_side = 256;

std::string size_text(ImageSize size) { return fmt::format("{} x {}", size.width, size.height); }

ImageSize size_of(const LabelledImages& images) { return {.width = images.width, .height = images.height}; }

// Whether the parameters are those of the model for images of this size.
bool do_fit(const Model& model, ImageSize size, const std::vector<NamedTensor>& parameters) {
  try {
    const ParameterLayout layout = parameter_layout(network_graph(model, size, 1, Purpose::prediction));
    return std::ranges::all_of(layout.slots, [&](const ParameterSlot& slot) {
      const auto tensor = std::ranges::find(parameters, slot.name, &NamedTensor::name);
      return tensor != parameters.end() && tensor->shape == slot.shape;
    });
  } catch (const Error&) {
    return false;  // images of this size are too small for the model
  }
}

// The smallest square images that the parameters fit.
std::optional<ImageSize> size_for(const Model& model, const std::vector<NamedTensor>& parameters) {
  for (std::int64_t side = 1; side <= largest_side; ++side) {
    if (do_fit(model, {side, side}, parameters)) return ImageSize{side, side};
  }
  return std::nullopt;
}

}  // namespace

Error about_image_size(const Dataset& dataset, const LabelledImages& images, const std::string& network,
                       const Error& error) {
  const bool is_about_size = error.where() == "kernels" || error.where().starts_with("layer ");
  if (!is_about_size || size_of(images) == ImageSize{}) return error;
  return Error(dataset.name,
               fmt::format("its images are {}; {} takes {} in this program; give images of that size ({})",
                           size_text(size_of(images)), network, size_text(ImageSize{}), error.what()));
}

void require_size_of_network(const Dataset& dataset, const Model& model, const std::vector<NamedTensor>& parameters,
                             const std::string& path) {
  const ImageSize size = size_of(dataset.test);
  if (do_fit(model, size, parameters)) return;
  const std::optional<ImageSize> other = size_for(model, parameters);
  if (!other) return;  // something else is wrong with them
  throw Error(dataset.name, fmt::format("its images are {}; the network in {} takes {}; give images of that size, or a "
                                        "checkpoint of a run on such as these",
                                        size_text(size), path, size_text(*other)));
}

}  // namespace nestwright
