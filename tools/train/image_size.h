#pragma once

#include <string>
#include <vector>

#include "model/checkpoint/safetensors.h"
#include "model/data/dataset.h"
#include "model/graph/models.h"
#include "support/error.h"

namespace nestwright {

// What a user is told of an error of a run on images of the data set. Where it is that the network can't take images of
// their size, or has no kernels for them: that size, and the one that `network` takes. Any other error is told as it
// is.
Error about_image_size(const Dataset& dataset, const LabelledImages& images, const std::string& network,
                       const Error& error);

// Throws Error (where: the data set's name) when `parameters`, which are those of the file `path`, are of a network for
// images of another size, and says of which.
void require_size_of_network(const Dataset& dataset, const Model& model, const std::vector<NamedTensor>& parameters,
                             const std::string& path);

}  // namespace nestwright
