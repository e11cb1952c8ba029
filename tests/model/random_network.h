#pragma once

#include <rapidcheck.h>

#include "model/graph/models.h"

namespace nestwright {

// A network of random layers that fit each other, on images of 1 channel and a random size.
struct RandomNetwork {
  ValueShape input;
  Model model;
};

// A random network with up to eight layers before its last, a Linear. Shrinks by dropping layers.
rc::Gen<RandomNetwork> random_network();

}  // namespace nestwright
