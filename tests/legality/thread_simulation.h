#pragma once

#include "dsl/polyhedral/thread_conflict.h"

namespace nestwright::polyhedral {

// Whether brute force confirms a conflict of two threads, to test the proofs: it runs through every iteration around
// each access with plain numbers. The reader has to load the element; and the writer has to store it where the reader
// does not, or to update it at all. `updates`: how many updates the Func has. All that it shares with the proofs is
// what private_memories() finds.
enum class Confirmation { confirmed, refuted, undecided };  // the last: too many iterations, or no integers alone
Confirmation simulate_threads(const ThreadConflict& conflict, int updates);

}  // namespace nestwright::polyhedral
