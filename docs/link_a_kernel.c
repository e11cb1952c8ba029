#include <stdio.h>
#include "HalideRuntime.h"
#include "max_pool2d_cpu.h"

static float input[6][28][28][16], output[6][14][14][16];
static unsigned char argmax[6][14][14][16];

int main(void) {
  input[0][1][0][3] = 5.0f;  // channel 0, y 1, x 0, image 3
  halide_dimension_t in[] = {{0, 16, 1}, {0, 28, 16}, {0, 28, 448}, {0, 6, 12544}, {0, 1, 75264}};
  halide_dimension_t out[] = {{0, 16, 1}, {0, 14, 16}, {0, 14, 224}, {0, 6, 3136}, {0, 1, 18816}};
  halide_buffer_t a = {.host = (uint8_t*)input, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = in};
  halide_buffer_t b = {.host = (uint8_t*)output, .type = {halide_type_float, 32, 1}, .dimensions = 5, .dim = out};
  halide_buffer_t c = {.host = argmax[0][0][0], .type = {halide_type_uint, 8, 1}, .dimensions = 5, .dim = out};
  if (max_pool2d_cpu(&a, &b, &c) != 0) return 1;
  printf("maximum %g at place %d\n", output[0][0][0][3], argmax[0][0][0][3]);
  return 0;
}
