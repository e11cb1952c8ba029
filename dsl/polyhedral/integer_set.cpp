#include "dsl/polyhedral/integer_set.h"

#include <fmt/format.h>
#include <isl/ctx.h>
#include <isl/options.h>
#include <isl/point.h>
#include <isl/set.h>
#include <isl/val.h>

#include <memory>

#include "support/error.h"

namespace nestwright::polyhedral {
namespace {

struct Free {
  void operator()(isl_ctx* context) const { isl_ctx_free(context); }
  void operator()(isl_set* set) const { isl_set_free(set); }
  void operator()(isl_point* point) const { isl_point_free(point); }
  void operator()(isl_val* value) const { isl_val_free(value); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// isl's contexts serve one thread each.
isl_ctx* context() {
  thread_local const Owned<isl_ctx> owned = [] {
    Owned<isl_ctx> made(isl_ctx_alloc());
    isl_options_set_on_error(made.get(), ISL_ON_ERROR_CONTINUE);
    return made;
  }();
  return owned.get();
}

[[noreturn]] void fail(const std::string& set) {
  const char* const message = isl_ctx_last_error_msg(context());
  throw Error("polyhedral", fmt::format("isl fails on {}: {}", set, message == nullptr ? "no message" : message));
}

std::int64_t coordinate(isl_point* point, int index, const std::string& set) {
  const Owned<isl_val> value(isl_point_get_coordinate_val(point, isl_dim_set, index));
  if (value == nullptr) fail(set);
  return isl_val_get_num_si(value.get());
}

}  // namespace

std::optional<std::vector<std::int64_t>> least_point(const std::string& text) {
  Owned<isl_set> set(isl_set_read_from_str(context(), text.c_str()));
  if (set == nullptr) fail(text);
  const isl_bool empty = isl_set_is_empty(set.get());
  if (empty == isl_bool_error) fail(text);
  if (empty == isl_bool_true) return std::nullopt;
  set.reset(isl_set_lexmin(set.release()));
  if (set == nullptr) fail(text);
  const isl_size dimensions = isl_set_dim(set.get(), isl_dim_set);
  const Owned<isl_point> point(isl_set_sample_point(set.release()));
  if (point == nullptr || dimensions < 0) fail(text);
  std::vector<std::int64_t> coordinates;
  for (int i = 0; i < dimensions; ++i) coordinates.push_back(coordinate(point.get(), i, text));
  return coordinates;
}

}  // namespace nestwright::polyhedral
