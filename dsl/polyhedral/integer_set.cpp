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

std::int64_t coordinate(isl_point* point, isl_dim_type type, int index, const std::string& set) {
  const Owned<isl_val> value(isl_point_get_coordinate_val(point, type, index));
  if (value == nullptr) fail(set);
  return isl_val_get_num_si(value.get());
}

// Refuses a set that isl works at for long, which would be minutes, not seconds.
class LimitedWork {
 public:
  LimitedWork() {
    isl_ctx_reset_operations(context());
    isl_ctx_set_max_operations(context(), 50'000'000);
  }
  ~LimitedWork() {
    isl_ctx_set_max_operations(context(), 0);
    isl_ctx_reset_error(context());
  }
  LimitedWork(const LimitedWork&) = delete;
  LimitedWork& operator=(const LimitedWork&) = delete;
};

Owned<isl_set> read(const std::string& text) {
  Owned<isl_set> set(isl_set_coalesce(isl_set_read_from_str(context(), text.c_str())));
  if (set == nullptr) fail(text);
  return set;
}

// The set for those values of its parameters that one of its points has.
Owned<isl_set> with_one_choice_of_parameters(Owned<isl_set> set, const std::string& text) {
  Owned<isl_set> choice(isl_set_from_point(isl_set_sample_point(isl_set_params(isl_set_copy(set.get())))));
  set.reset(isl_set_intersect_params(set.release(), choice.release()));
  if (set == nullptr) fail(text);
  return set;
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
  for (int i = 0; i < dimensions; ++i) coordinates.push_back(coordinate(point.get(), isl_dim_set, i, text));
  return coordinates;
}

std::optional<Point> least_difference(const std::string& first, const std::string& second, const std::string& without) {
  const LimitedWork limit;
  Owned<isl_set> set(isl_set_intersect(read(first).release(), read(second).release()));
  if (!without.empty()) set.reset(isl_set_subtract(set.release(), read(without).release()));
  if (set == nullptr) fail(first);
  const isl_bool empty = isl_set_is_empty(set.get());
  if (empty == isl_bool_error) fail(first);
  if (empty == isl_bool_true) return std::nullopt;
  set = with_one_choice_of_parameters(std::move(set), first);
  set.reset(isl_set_lexmin(set.release()));
  if (set == nullptr) fail(first);
  const Owned<isl_point> point(isl_set_sample_point(isl_set_copy(set.get())));
  if (point == nullptr) fail(first);
  Point found;
  for (isl_size i = 0; i < isl_set_dim(set.get(), isl_dim_param); ++i) {
    const char* const name = isl_set_get_dim_name(set.get(), isl_dim_param, static_cast<unsigned>(i));
    found.parameters[name] = coordinate(point.get(), isl_dim_param, i, first);
  }
  for (isl_size i = 0; i < isl_set_dim(set.get(), isl_dim_set); ++i) {
    found.coordinates.push_back(coordinate(point.get(), isl_dim_set, i, first));
  }
  return found;
}

}  // namespace nestwright::polyhedral
