#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "support/program.h"

namespace nestwright {

// How a command ended that ran within this process, and what it said on standard error.
struct CommandEnd {
  int status = -1;
  std::string err;
};

// Reads `words`, a command and its arguments, as a program with these commands does, and runs the command; with
// `only_read` it stops once the words are read.
inline CommandEnd run_command(std::span<const Command> commands, std::vector<std::string> words, bool only_read) {
  words.insert(words.begin(), "program");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  CLI::App app("", "program");
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  const int status = run_program(static_cast<int>(pointers.size()), pointers.data(), app, commands,
                                 [&](const std::function<int()>& start) { return only_read ? 0 : start(); });
  testing::internal::GetCapturedStdout();
  return {.status = status, .err = testing::internal::GetCapturedStderr()};
}

// An option or argument of one of the commands, and how CLI11 calls what it takes ("N", "PATH", "TEXT", ...).
struct DeclaredOption {
  std::string command;
  std::string name;
  std::string type;

  std::string text() const { return command + " " + name; }
};

// All that the commands take, but flags, which take nothing.
inline std::vector<DeclaredOption> declared_options(std::span<const Command> commands) {
  std::vector<DeclaredOption> found;
  for (const Command& command : commands) {
    CLI::App app;
    command.add(app);
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_items_expected_max() == 0) continue;  // a flag, or --help
      found.push_back({command.name, option->get_name(), option->get_type_name()});
    }
  }
  return found;
}

}  // namespace nestwright
