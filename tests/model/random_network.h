#pragma once

#include <rapidcheck.h>

#include "model/graph/models.h"

namespace nestwright {

// A network of random layers that fit each other, and the shape of its input: an image of 1 channel and a random size.
struct RandomNetwork {
  ValueShape input;
  Model model;
};

// Generates random networks. They end with a Linear layer, before which they have up to eight layers, and a Flatten
// where it is needed. Inputs are up to 14 pixels wide and high. A failing network shrinks by losing layers.
rc::Gen<RandomNetwork> random_network();

}  // namespace nestwright
