#pragma once

#include "tests/gpu/cuda_double/cuda_double.h"

// A stand-in with the faults that NESTWRIGHT_CUDA_DOUBLE names ("fail_launch=5,hang_launch=9"), so that whole programs
// can be rehearsed with them. Ends the program where one is unknown.
CudaDouble with_faults_of_environment();
