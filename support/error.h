#pragma once

#include <stdexcept>
#include <string>

namespace nestwright {

// The one exception that Nestwright's libraries throw.
//
// `where` names the place a user can go to (a file, file:line:column, a layer, a command-line option); `what()` is
// the whole one-line message, "where: what is wrong; what was expected; what to do", ready to be printed by main.
class Error : public std::runtime_error {
 public:
  Error(std::string where, const std::string& what)
      : std::runtime_error(where.empty() ? what : where + ": " + what), where_(std::move(where)) {}

  const std::string& where() const { return where_; }

 private:
  std::string where_;
};

}  // namespace nestwright
