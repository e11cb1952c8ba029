#pragma once

#include <functional>
#include <initializer_list>
#include <string>

#include "support/error.h"

namespace nestwright {

// A library that is loaded when a program first asks for it, so that neither it nor its headers are needed to build.
// It stays loaded.
class SharedLibrary {
 public:
  // Makes the Error that is thrown when the library can't be used: it says what is missing, `reason`, and what to do.
  using Refusal = std::function<Error(const std::string& reason)>;
  enum class Symbols { own, for_all };  // whether libraries that are loaded later see its symbols

  // Loads the first of `names` that can be loaded. Throws what `refusal` makes where none can.
  SharedLibrary(std::initializer_list<const char*> names, Symbols symbols, Refusal refusal);

  // Points `function` to the library's function `name`. Throws what `refusal` makes where it has no such function.
  template <typename Function>
  void find(Function& function, const char* name) const {
    function = reinterpret_cast<Function>(address(name));
  }

  void* handle() const { return handle_; }

 private:
  void* address(const char* name) const;

  Refusal refusal_;
  std::string name_;
  void* handle_ = nullptr;
};

}  // namespace nestwright
