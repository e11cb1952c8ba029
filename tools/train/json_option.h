#pragma once

#include <string>

namespace nestwright {

// Throws Error unless the file `json`, which --json names, can be written, so that a mistake shows before hours of
// work. An empty name stands for no file; a stream is allowed; the file `checkpoint`, which --checkpoint names, is not.
void require_json_option(const std::string& json, const std::string& checkpoint);

}  // namespace nestwright
