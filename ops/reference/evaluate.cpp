#include "ops/reference/families.h"

namespace nestwright::reference {

Tensors evaluate(const std::string& op, const Shape& shape, const Tensors& inputs) {
  static const References references = [] {
    References all;
    for (const References& family :
         {convolution_references(), depthwise_convolution_references(), fused_convolution_references(),
          feature_extractor_references(), pooling_references(), linear_references(), activation_references(),
          loss_references(), classifier_references(), parameter_gradient_references(), optimizer_references(),
          layout_references()}) {
      all.insert(family.begin(), family.end());
    }
    return all;
  }();
  return references.at(op)(shape, inputs);
}

}  // namespace nestwright::reference
