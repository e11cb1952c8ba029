#include "support/file_uses.h"

#include <fmt/format.h>

#include "support/atomic_file.h"
#include "support/error.h"
#include "support/file_identity.h"
#include "support/replaceable_file.h"

namespace nestwright {
namespace {

void require_apart(const OutputFile& output, const std::string& other, const std::filesystem::path& path) {
  if (!name_same_file(output.path, path)) return;
  throw Error(output.name,
              fmt::format("names the same file as {}, {}; give each a file of its own", other, output.path.string()));
}

// Whether the output is written to as it stands. Several may go to one terminal, and none of them destroys another.
bool is_allowed_stream(const OutputFile& output) { return output.may_be_stream && is_stream(output.path); }

void require_possible(const OutputFile& output) {
  if (output.writing == Writing::replaced) return require_writable(output.path);
  require_extendable(follow_links(output.path), output.path.string());
}

}  // namespace

void require_separate_files(const FileUses& uses) {
  for (auto output = uses.outputs.begin(); output != uses.outputs.end(); ++output) {
    if (output->path.empty() || is_allowed_stream(*output)) continue;
    for (const InputFile& input : uses.inputs) {
      if (input.name != output->continues) require_apart(*output, input.name, input.path);
    }
    for (auto other = uses.outputs.begin(); other != output; ++other) require_apart(*output, other->name, other->path);
    if (output->writing == Writing::kept) continue;
    require_possible(*output);
    if (is_stream(output->path)) throw Error(output->name, "names the file that standard output or error goes to");
  }
}

}  // namespace nestwright
