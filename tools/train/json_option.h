#pragma once

#include <string>

namespace nestwright {

// Throws Error unless a program that was given `--json json` can write there, before hours of work: an empty name is
// none, a stream can be written to, and a file must not be `checkpoint`, that of --checkpoint.
void require_json_option(const std::string& json, const std::string& checkpoint);

}  // namespace nestwright
