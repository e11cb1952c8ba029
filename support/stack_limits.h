#pragma once

namespace nestwright {

// Throws Error, in one line that says what to do, when the stack of this program or of OpenMP's threads is limited to
// less than kernels and the libraries around them need: `ulimit -s`, $OMP_STACKSIZE or $GOMP_STACKSIZE. Otherwise the
// program would end in a segmentation fault, somewhere and without a word.
void require_stacks();

}  // namespace nestwright
