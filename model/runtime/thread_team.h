#pragma once

#include <omp.h>

namespace nestwright {

// One of the threads that run_team() runs. Work that is split into `workers` parts is done by
// `for (int part = team.rank; part < workers; part += team.size)`, whatever number of threads OpenMP gave.
struct ThreadTeam {
  int rank = 0;
  int size = 1;

  // Waits for all of the team.
  void barrier() const {
    if (size > 1) {
#pragma omp barrier
    }
  }
};

// Calls body(ThreadTeam) on `threads` OpenMP threads, and waits; with one thread, without OpenMP. `body` must not
// throw.
template <typename Body>
void run_team(int threads, const Body& body) {
  if (threads == 1) {
    body(ThreadTeam{});
    return;
  }
#pragma omp parallel num_threads(threads)
  body(ThreadTeam{.rank = omp_get_thread_num(), .size = omp_get_num_threads()});
}

}  // namespace nestwright
