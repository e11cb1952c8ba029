#include "model/device/shared_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace nestwright {

SharedLibrary::SharedLibrary(std::initializer_list<const char*> names, Symbols symbols, Refusal refusal)
    : refusal_(std::move(refusal)) {
  std::string reason;
  for (const char* name : names) {
    name_ = name;
    handle_ = dlopen(name, RTLD_NOW | (symbols == Symbols::for_all ? RTLD_GLOBAL : RTLD_LOCAL));
    if (handle_ != nullptr) return;
    if (reason.empty()) reason = dlerror();
  }
  throw refusal_(reason);
}

void* SharedLibrary::address(const char* name) const {
  void* const found = dlsym(handle_, name);
  if (found == nullptr) throw refusal_(fmt::format("{} is too old: it has no {}", name_, name));
  return found;
}

}  // namespace nestwright
