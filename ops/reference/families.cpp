#include "ops/reference/families.h"

namespace nestwright::reference {

const Reference& find_reference(const std::string& op) {
  static const References references = [] {
    References all;
#define NESTWRIGHT_REFERENCES_OF(family) family##_references(),
    for (const References& family : {NESTWRIGHT_FAMILIES(NESTWRIGHT_REFERENCES_OF)}) {
#undef NESTWRIGHT_REFERENCES_OF
      all.insert(family.begin(), family.end());
    }
    return all;
  }();
  return references.at(op);
}

Tensors evaluate(const std::string& op, const Shape& shape, const Tensors& inputs) {
  return find_reference(op).evaluate(shape, inputs);
}

}  // namespace nestwright::reference
