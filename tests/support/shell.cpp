#include "tests/support/shell.h"

#include <sys/wait.h>

#include <cstdlib>

#include "tests/support/files.h"

namespace nestwright {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

ShellResult run_shell(const std::string& command) {
  const TemporaryFolder folder;
  const std::string said = (folder / "said").string();
  const std::string script = "exec > " + quoted(said) + " 2>&1\n" + command + "\nexit ${PIPESTATUS[0]}\n";
  const int state = std::system(("bash -c " + quoted(script)).c_str());
  const Bytes bytes = read_bytes(said);
  return {.status = WIFEXITED(state) ? WEXITSTATUS(state) : -1, .said = {bytes.begin(), bytes.end()}};
}

}  // namespace nestwright
