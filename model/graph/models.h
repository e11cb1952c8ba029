#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/graph/layers.h"

namespace nestwright {

// A network, and how images enter it.
struct Model {
  std::string name;
  Sequential network;
  std::int64_t padding = 0;  // blank pixels added on each side of an image
};

// The models that this program has ahead-of-time kernels for.
const std::vector<Model>& shipped_models();

// The shipped model called `name`. Throws Error with the nearest name that exists.
const Model& find_model(std::string_view name);

}  // namespace nestwright
