#include "ops/signature/signature.h"

#include <fmt/format.h>

#include <algorithm>

#include "ops/signature/families.h"
#include "support/error.h"
#include "support/nearest_name.h"

namespace nestwright {

std::size_t size_in_bytes(DataType type) {
  switch (type) {
    case DataType::float32:
    case DataType::int32:
      return 4;
    case DataType::uint8:
      return 1;
  }
  return 0;
}

const std::vector<Signature>& all_signatures() {
  static const std::vector<Signature> signatures = [] {
    std::vector<Signature> all;
#define NESTWRIGHT_SIGNATURES_OF(family) family##_signatures(),
    for (const auto& family : {NESTWRIGHT_FAMILIES(NESTWRIGHT_SIGNATURES_OF)}) {
#undef NESTWRIGHT_SIGNATURES_OF
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return signatures;
}

const Signature& find_signature(std::string_view name) {
  std::vector<std::string> names;
  for (const Signature& signature : all_signatures()) {
    if (signature.name == name) return signature;
    names.push_back(signature.name);
  }
  const std::string nearest = nearest_name(name, names);
  throw Error("operator", fmt::format("no operator '{}'; {}", name,
                                      nearest.empty() ? "there are: " + fmt::format("{}", fmt::join(names, ", "))
                                                      : fmt::format("did you mean '{}'?", nearest)));
}

Shape complete_shape(const Signature& signature, const Shape& shape) {
  std::vector<std::string> names;
  for (const ShapeParameter& parameter : signature.parameters) names.push_back(parameter.name);
  for (const auto& [name, value] : shape.entries()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    throw Error(signature.name, fmt::format("no shape parameter '{}'; it has: {}", name, fmt::join(names, ", ")));
  }
  Shape complete;
  for (const ShapeParameter& parameter : signature.parameters) {
    if (!shape.contains(parameter.name) && !parameter.has_default) {
      throw Error(signature.name, fmt::format("shape parameter '{}' is missing from '{}'; it needs: {}", parameter.name,
                                              shape.text(), fmt::join(names, ", ")));
    }
    const std::int64_t value = shape.contains(parameter.name) ? shape.at(parameter.name) : parameter.default_value;
    if (value < parameter.minimum) {
      throw Error(signature.name, fmt::format("shape parameter '{}' is {}; expected at least {}", parameter.name, value,
                                              parameter.minimum));
    }
    complete.set(parameter.name, value);
  }
  for (const auto& specs : {signature.inputs(complete), signature.outputs(complete)}) {
    for (const TensorSpec& spec : specs) {
      for (const Dimension& dimension : spec.dimensions) {
        if (dimension.extent == dynamic_extent || dimension.extent >= 1) continue;
        throw Error(signature.name, fmt::format("shape '{}' leaves '{}' with an empty dimension '{}'; make the input "
                                                "larger, or the window smaller",
                                                complete.text(), spec.name, dimension.name));
      }
    }
  }
  return complete;
}

}  // namespace nestwright
