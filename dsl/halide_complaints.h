#pragma once

#include <string>

namespace nestwright::dsl {

// What Halide complains of (a line of its text, in which names are the schedule's already), in the words of schedules
// and with what to do; the line itself where it is none of those known here.
std::string own_words(const std::string& complaint);

}  // namespace nestwright::dsl
