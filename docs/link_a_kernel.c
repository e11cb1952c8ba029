#include <stdio.h>
#include "max_pool2d_cpu.h"

static float input[6][28][28][16], output[6][14][14][16];
static unsigned char argmax[6][14][14][16];

int main(void) {
  char message[256];
  input[0][1][0][3] = 5.0f;  // channel 0, y 1, x 0, image 3
  // One block of 16 images; the header says how each tensor lies.
  if (max_pool2d_cpu_checked(1, input[0][0][0], output[0][0][0], argmax[0][0][0], message, sizeof message) != 0) {
    fprintf(stderr, "%s\n", message);
    return 1;
  }
  printf("maximum %g at place %d\n", output[0][0][0][3], argmax[0][0][0][3]);
  return 0;
}
