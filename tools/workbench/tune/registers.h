#pragma once

namespace nestwright::tune {

// The vector registers of a CPU target.
struct Registers {
  int count = 16;
  int floats = 4;  // that each of them holds
};

}  // namespace nestwright::tune
