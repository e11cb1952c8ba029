/* Calls a generated kernel with plain pointers, or checks buffers that a program made itself; C99 and C++. Both say in
 * words what does not fit, and neither ends the process. A generated header has a function of each kind for its kernel;
 * they are made of what is here. Links with Halide's runtime. */
#ifndef NESTWRIGHT_CHECKED_CALL_H
#define NESTWRIGHT_CHECKED_CALL_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "HalideRuntime.h"

/* More than any kernel has; the generator refuses to write a header of one that has more. */
#define NESTWRIGHT_MOST_ARGUMENTS 32
#define NESTWRIGHT_MOST_DIMENSIONS 8

/* A dimension of an argument. `extent` is its number of elements; where that is 0 a call gives it, as number `size` of
 * the call's sizes. The stride is that of dense storage, unless `any_stride` leaves it to the call's buffer. */
struct nestwright_dimension {
  const char* name;
  int32_t extent;
  int size;
  int any_stride;
};

/* An argument of a kernel; without dimensions it is a number that is passed by value. */
struct nestwright_argument {
  const char* name;
  uint8_t type_code; /* of halide_type_code_t */
  uint8_t type_bits;
  int dimensions;
  const struct nestwright_dimension* dimension; /* the innermost first */
  int is_output;
};

/* A kernel: its arguments, and the names of the sizes that a call gives. `call` takes a pointer for each argument, to
 * its halide_buffer_t or to its number. */
struct nestwright_kernel {
  const char* name;
  int (*call)(void** arguments);
  int arguments;
  const struct nestwright_argument* argument;
  int sizes;
  const char* const* size;
  int has_user_context; /* whether `call` takes one before the arguments; it gets a null pointer */
  int is_for_device;    /* whether the tensors may be on a device alone */
};

/* What the last kernel that failed on this thread said. It is weak, so that all files of a program share one. */
__attribute__((weak)) __thread char nestwright_kernel_message[512];

/* An error handler, for halide_set_error_handler(), that keeps the message and lets the kernel return its error code,
 * where Halide's own prints the message and ends the process. */
__attribute__((weak)) void nestwright_keep_message(void* user_context, const char* message) {
  (void)user_context;
  snprintf(nestwright_kernel_message, sizeof nestwright_kernel_message, "%s", message);
}

/* Puts nestwright_keep_message() in the place of Halide's own handler; a handler of the program's stays. */
static inline void nestwright_require_handler(void) {
  static int is_done = 0;
  if (__atomic_load_n(&is_done, __ATOMIC_ACQUIRE)) return;
  halide_error_handler_t previous = halide_set_error_handler(nestwright_keep_message);
  if (previous != halide_default_error && previous != nestwright_keep_message) halide_set_error_handler(previous);
  __atomic_store_n(&is_done, 1, __ATOMIC_RELEASE);
}

/* Writes a message, cut to `size` bytes, where there is a place for it, and gives `code`. */
__attribute__((format(printf, 4, 5))) static inline int nestwright_fail(int code, char* message, size_t size,
                                                                        const char* format, ...) {
  va_list values;
  va_start(values, format);
  if (message != NULL && size > 0) vsnprintf(message, size, format, values);
  va_end(values);
  return code;
}

/* Halide addresses elements by 32 bits: no tensor may have more of them. */
static inline int nestwright_check_elements(const struct nestwright_argument* argument, int64_t elements, char* message,
                                            size_t size) {
  if (elements <= INT32_MAX) return 0;
  return nestwright_fail(halide_error_code_buffer_extents_too_large, message, size,
                         "%s: has more elements than 2147483647, which is the most; call with fewer", argument->name);
}

/* Makes `buffer` a dense tensor at `memory`, of the argument's extents and those that the call gives. */
static inline int nestwright_make_buffer(const struct nestwright_argument* argument, void* memory, const int64_t* sizes,
                                         halide_buffer_t* buffer, halide_dimension_t* dimensions, char* message,
                                         size_t size) {
  int64_t stride = 1;
  for (int d = 0; d < argument->dimensions; ++d) {
    const struct nestwright_dimension* dimension = &argument->dimension[d];
    const int64_t extent = dimension->extent != 0 ? dimension->extent : sizes[dimension->size];
    dimensions[d].min = 0;
    dimensions[d].extent = (int32_t)extent;
    dimensions[d].stride = (int32_t)stride;
    dimensions[d].flags = 0;
    stride *= extent;
    const int code = nestwright_check_elements(argument, stride, message, size);
    if (code != 0) return code;
  }
  buffer->device = 0;
  buffer->device_interface = NULL;
  buffer->host = (uint8_t*)memory;
  /* A device takes what is in the host's memory; an output's old contents are nobody's. */
  buffer->flags = 0;
  if (!argument->is_output) buffer->flags = halide_buffer_flag_host_dirty;
  buffer->type.code = (halide_type_code_t)argument->type_code;
  buffer->type.bits = argument->type_bits;
  buffer->type.lanes = 1;
  buffer->dimensions = argument->dimensions;
  buffer->dim = dimensions;
  buffer->padding = NULL;
  return 0;
}

/* Calls the kernel, and says why it failed. */
static inline int nestwright_call(const struct nestwright_kernel* kernel, void** arguments, char* message,
                                  size_t size) {
  void* context = NULL;
  void* all[NESTWRIGHT_MOST_ARGUMENTS + 1];
  int count = 0;
  if (kernel->has_user_context) all[count++] = &context;
  for (int i = 0; i < kernel->arguments; ++i) all[count++] = arguments[i];
  nestwright_require_handler();
  nestwright_kernel_message[0] = '\0';
  const int code = kernel->call(all);
  if (code == 0) return 0;
  return nestwright_fail(code, message, size, "%s: %s", kernel->name,
                         nestwright_kernel_message[0] != '\0' ? nestwright_kernel_message : "failed, and said nothing");
}

/* Calls the kernel on dense tensors in the host's memory: `memory` has a pointer for each argument, to the tensor's
 * first element or to the number; `sizes` are the call's sizes. Copies to a device and back, if the kernel is for one.
 * Returns 0, or an error code of HalideRuntime.h with what is wrong in `message`, which may be null. */
static inline int nestwright_checked_call(const struct nestwright_kernel* kernel, void* const* memory,
                                          const int64_t* sizes, char* message, size_t size) {
  halide_buffer_t buffers[NESTWRIGHT_MOST_ARGUMENTS];
  halide_dimension_t dimensions[NESTWRIGHT_MOST_ARGUMENTS][NESTWRIGHT_MOST_DIMENSIONS];
  void* arguments[NESTWRIGHT_MOST_ARGUMENTS];
  int code = nestwright_fail(0, message, size, "%s", "");
  for (int i = 0; i < kernel->sizes; ++i) {
    if (sizes[i] >= 1 && sizes[i] <= INT32_MAX) continue;
    return nestwright_fail(halide_error_code_buffer_extents_negative, message, size,
                           "%s: is %lld; expected 1 to 2147483647", kernel->size[i], (long long)sizes[i]);
  }
  for (int i = 0; i < kernel->arguments; ++i) {
    const struct nestwright_argument* argument = &kernel->argument[i];
    arguments[i] = argument->dimensions == 0 ? memory[i] : (void*)&buffers[i];
    if (memory[i] == NULL) {
      return nestwright_fail(halide_error_code_host_is_null, message, size, "%s: is a null pointer", argument->name);
    }
    if (argument->dimensions == 0) continue;
    code = nestwright_make_buffer(argument, memory[i], sizes, &buffers[i], dimensions[i], message, size);
    if (code != 0) return code;
  }
  code = nestwright_call(kernel, arguments, message, size);
  for (int i = 0; i < kernel->arguments; ++i) {
    if (kernel->argument[i].dimensions == 0) continue;
    if (code == 0 && kernel->argument[i].is_output) {
      code = halide_copy_to_host(NULL, &buffers[i]);
      if (code != 0)
        nestwright_fail(code, message, size, "%s: can't be copied from the device", kernel->argument[i].name);
    }
    halide_device_free(NULL, &buffers[i]);
  }
  return code;
}

/* Checks where a buffer's contents are. */
static inline int nestwright_check_memory(const struct nestwright_argument* argument, const halide_buffer_t* buffer,
                                          int is_for_device, char* message, size_t size) {
  const uint64_t both = halide_buffer_flag_host_dirty | halide_buffer_flag_device_dirty;
  const int is_on_device = buffer->device != 0;
  if (buffer->host == NULL && !(is_for_device && is_on_device)) {
    return nestwright_fail(halide_error_code_host_is_null, message, size, "%s: has no memory%s; set host",
                           argument->name, is_on_device ? " on the host, where this kernel computes" : "");
  }
  if (is_on_device != (buffer->device_interface != NULL)) {
    return nestwright_fail(halide_error_code_no_device_interface, message, size,
                           "%s: has one of device and device_interface only; set both or none", argument->name);
  }
  if ((buffer->flags & halide_buffer_flag_device_dirty) == 0) return 0;
  if (!is_for_device) {
    return nestwright_fail(halide_error_code_device_dirty_with_no_device_support, message, size,
                           "%s: has its newest contents on a device (device_dirty), and this kernel computes on the "
                           "host; call halide_copy_to_host() first",
                           argument->name);
  }
  if (!is_on_device || (buffer->flags & both) == both) {
    return nestwright_fail(halide_error_code_incompatible_device_interface, message, size,
                           "%s: is device_dirty and %s; one of host and device has the newest contents", argument->name,
                           is_on_device ? "host_dirty" : "on no device");
  }
  return 0;
}

/* Checks the stride of dimension `d`, of `extent` elements. The dimensions before it span `span` elements, and where
 * they are dense it follows them at a distance of `dense`. A free stride may not let what a kernel writes overlap; what
 * it only reads may lie in the same place for all. No stride counts down, which devices can't copy. */
static inline int nestwright_check_stride(const struct nestwright_argument* argument, int d, int32_t stride,
                                          int32_t extent, int64_t dense, int64_t span, char* message, size_t size) {
  const struct nestwright_dimension* dimension = &argument->dimension[d];
  const int64_t least = argument->is_output && extent > 1 ? span : 0;
  if (!dimension->any_stride && stride != dense) {
    return nestwright_fail(halide_error_code_constraint_violated, message, size,
                           "%s: dimension %d (%s) has stride %d; expected %lld", argument->name, d, dimension->name,
                           (int)stride, (long long)dense);
  }
  if (dimension->any_stride && stride < least) {
    return nestwright_fail(halide_error_code_constraint_violated, message, size,
                           "%s: dimension %d (%s) has stride %d; expected at least %lld", argument->name, d,
                           dimension->name, (int)stride, (long long)least);
  }
  return 0;
}

/* Checks one buffer, and keeps the extents that the call gives in `sizes`, where 0 stands for one not yet known. */
static inline int nestwright_check_buffer(const struct nestwright_argument* argument, const halide_buffer_t* buffer,
                                          int is_for_device, int32_t* sizes, char* message, size_t size) {
  int64_t dense = 1, span = 1;
  int code;
  if (buffer == NULL) {
    return nestwright_fail(halide_error_code_buffer_argument_is_null, message, size, "%s: is a null pointer",
                           argument->name);
  }
  if (buffer->dimensions != argument->dimensions || buffer->dim == NULL) {
    return nestwright_fail(halide_error_code_bad_dimensions, message, size, "%s: has %d dimensions; expected %d",
                           argument->name, buffer->dim == NULL ? 0 : buffer->dimensions, argument->dimensions);
  }
  if (buffer->type.code != argument->type_code || buffer->type.bits != argument->type_bits || buffer->type.lanes != 1) {
    return nestwright_fail(halide_error_code_bad_type, message, size,
                           "%s: has another type (code %d, %d bits); expected code %d, %d bits", argument->name,
                           (int)buffer->type.code, buffer->type.bits, argument->type_code, argument->type_bits);
  }
  code = nestwright_check_memory(argument, buffer, is_for_device, message, size);
  if (code != 0) return code;
  for (int d = 0; d < argument->dimensions; ++d) {
    const struct nestwright_dimension* dimension = &argument->dimension[d];
    const halide_dimension_t* given = &buffer->dim[d];
    int32_t extent = dimension->extent;
    if (extent == 0 && sizes[dimension->size] == 0) sizes[dimension->size] = given->extent > 0 ? given->extent : 1;
    if (extent == 0) extent = sizes[dimension->size];
    if (given->min != 0 || given->extent != extent) {
      return nestwright_fail(halide_error_code_constraint_violated, message, size,
                             "%s: dimension %d (%s) has min %d and extent %d; expected 0 and %d", argument->name, d,
                             dimension->name, (int)given->min, (int)given->extent, (int)extent);
    }
    code = nestwright_check_stride(argument, d, given->stride, extent, dense, span, message, size);
    if (code != 0) return code;
    dense *= extent;
    code = nestwright_check_elements(argument, dense, message, size);
    if (code != 0) return code;
    /* Halide wants the extent times the stride within its range, too. */
    code = nestwright_check_elements(argument, (int64_t)extent * given->stride, message, size);
    if (code != 0) return code;
    span += (int64_t)(extent - 1) * given->stride;
    code = nestwright_check_elements(argument, span, message, size);
    if (code != 0) return code;
  }
  return 0;
}

/* Checks the buffers that a kernel is about to be called with, a pointer for each argument (that of a number is not
 * looked at). Returns 0, or an error code with what is wrong in `message`, which may be null. */
static inline int nestwright_check_buffers(const struct nestwright_kernel* kernel,
                                           const halide_buffer_t* const* buffers, char* message, size_t size) {
  int32_t sizes[NESTWRIGHT_MOST_DIMENSIONS] = {0};
  nestwright_fail(0, message, size, "%s", "");
  for (int i = 0; i < kernel->arguments; ++i) {
    if (kernel->argument[i].dimensions == 0) continue;
    const int code =
        nestwright_check_buffer(&kernel->argument[i], buffers[i], kernel->is_for_device, sizes, message, size);
    if (code != 0) return code;
  }
  return 0;
}

#endif
