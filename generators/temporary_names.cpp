// Stands in for two functions of the C library in the generator. Halide makes its temporary folders and files in /tmp,
// whatever TMPDIR says, and LLVM leaves them there where it ends the process. Where TMPDIR is "." they are made in the
// current folder instead, which is the caller's to remove.
#include <dlfcn.h>
#include <stdlib.h>

#include <cstring>
#include <string_view>

namespace {

constexpr std::string_view usual_folder = "/tmp/";

// Halide goes on with the memory of `pattern`, so that another name must not be longer.
void move_to_current_folder(char* pattern) {
  const char* const folder = getenv("TMPDIR");
  if (folder == nullptr || std::string_view(folder) != "." || !std::string_view(pattern).starts_with(usual_folder))
    return;
  std::memmove(pattern, pattern + usual_folder.size(), std::strlen(pattern + usual_folder.size()) + 1);
}

template <typename Function>
Function of_the_library(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) char* mkdtemp(char* pattern) noexcept {
  move_to_current_folder(pattern);
  return of_the_library<char* (*)(char*)>("mkdtemp")(pattern);
}

__attribute__((visibility("default"))) int mkstemps(char* pattern, int ending) {
  move_to_current_folder(pattern);
  return of_the_library<int (*)(char*, int)>("mkstemps")(pattern, ending);
}
}
