#pragma once

#include <dnnl.hpp>

namespace nestwright::onednn {

inline const dnnl::engine& engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

// oneDNN 2 (Debian 12) describes a primitive by a descriptor, oneDNN 3 (Ubuntu 24.04) by the same arguments themselves.
#if DNNL_VERSION_MAJOR >= 3
using PoolingForward = dnnl::pooling_forward;
using PoolingBackward = dnnl::pooling_backward;

inline dnnl::memory::dims dims_of(const dnnl::memory::desc& description) { return description.get_dims(); }

template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe(const Arguments&... arguments) {
  return {engine(), arguments...};
}

template <typename Primitive, typename Forward, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, const Arguments&... arguments) {
  return {engine(), arguments..., forward};
}
#else
using PoolingForward = dnnl::pooling_v2_forward;
using PoolingBackward = dnnl::pooling_v2_backward;

inline dnnl::memory::dims dims_of(const dnnl::memory::desc& description) { return description.dims(); }

template <typename Primitive, typename... Arguments>
typename Primitive::primitive_desc describe(const Arguments&... arguments) {
  return {typename Primitive::desc(arguments...), engine()};
}

template <typename Primitive, typename Forward, typename... Arguments>
typename Primitive::primitive_desc describe_backward(const Forward& forward, const Arguments&... arguments) {
  return {typename Primitive::desc(arguments...), engine(), forward};
}
#endif

}  // namespace nestwright::onednn
