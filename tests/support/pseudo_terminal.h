#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace nestwright {

// Whether the system gives programs terminals of their own: one without devpts, as in a bare chroot, gives none.
inline bool has_pseudo_terminals() {
  const int controller = posix_openpt(O_RDWR | O_NOCTTY);
  if (controller >= 0) close(controller);
  return controller >= 0;
}

}  // namespace nestwright
