// Calls a kernel with buffers of the program's own, on the host or on a device, as docs/kernels.md tells it.
#include <stdio.h>

#include "max_pool2d.h"

enum { lanes = 32 };
static float input[6][28][28][lanes], output[6][14][14][lanes];
static unsigned char argmax[6][14][14][lanes];

// Halide's own handler ends the process; with this one a kernel that fails returns its error code.
static void print_message(void* user_context, const char* message) {
  (void)user_context;
  fprintf(stderr, "kernel: %s\n", message);
}

int main(void) {
  char message[256];
  halide_dimension_t in[] = {{0, lanes, 1, 0}, {0, 28, lanes, 0}, {0, 28, 28 * lanes, 0}, {0, 6, 784 * lanes, 0},
                             {0, 1, 4704 * lanes, 0}};
  halide_dimension_t out[] = {{0, lanes, 1, 0}, {0, 14, lanes, 0}, {0, 14, 14 * lanes, 0}, {0, 6, 196 * lanes, 0},
                              {0, 1, 1176 * lanes, 0}};
  halide_buffer_t a = {.host = (uint8_t*)input, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = in};
  halide_buffer_t b = {.host = (uint8_t*)output, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = out};
  halide_buffer_t c = {.host = argmax[0][0][0], .type = {halide_type_uint, 8, 1}, .dimensions = 5, .dim = out};
  halide_set_error_handler(print_message);
  if (max_pool2d_check(&a, &b, &c, message, sizeof message) != 0) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }

  for (int image = 0; image < lanes; ++image) input[5][3][2][image] = (float)image + 1;
  a.flags |= halide_buffer_flag_host_dirty;  // or a device goes on with what it had
  int code = max_pool2d(&a, &b, &c);
  // Results on a device stay there until they are fetched; on the host these calls do nothing.
  if (code == 0) code = halide_copy_to_host(NULL, &b);
  if (code == 0) code = halide_copy_to_host(NULL, &c);
  halide_device_free(NULL, &a);
  halide_device_free(NULL, &b);
  halide_device_free(NULL, &c);
  if (code != 0) return 1;
  printf("maximum %g at place %d\n", output[5][1][1][lanes - 1], argmax[5][1][1][lanes - 1]);
  return 0;
}
