#pragma once

#include <concepts>
#include <type_traits>

namespace nestwright {

// One call's work, as the threads of a team see it.
struct SharedWork {
  void (*run)(void* body, int part, int worker) = nullptr;
  void* body = nullptr;
  int parts = 0;
};

// Does the work on the calling thread's own team, which grows to `workers` threads, the caller included, and waits for
// other calls. Throws Error where the system gives no more threads.
void share_work(int workers, const SharedWork& work);

// Whether the calling thread is at a part of some work: what it calls had better start no threads.
bool is_sharing_work();

// Calls body(part, worker) once for every part below `parts`, on up to `workers` threads, and returns when all are
// done. The caller is worker 0. A thread that is done with a part takes the next one, so one that the system lets wait
// holds up no more than the part that it has; which worker does which part is not fixed. `body` must not throw.
//
// A thread that finds nothing to do spins for some microseconds, as long as it takes others to finish a balanced step,
// and then sleeps. It must not spin for longer: where another program keeps a processor busy, the thread that is to
// finish the step waits for that processor, and can only be moved to this one if this one is idle. That is why these
// are no threads of OpenMP's: a program can't say how long those spin, for libgomp reads GOMP_SPINCOUNT and
// OMP_WAIT_POLICY from the environment before main().
template <std::invocable<int, int> Body>
void share_work(int workers, int parts, Body&& body) {
  if (workers == 1 || parts == 1 || is_sharing_work()) {
    for (int part = 0; part < parts; ++part) body(part, 0);
    return;
  }
  using Plain = std::remove_reference_t<Body>;
  const auto run = [](void* plain, int part, int worker) { (*static_cast<Plain*>(plain))(part, worker); };
  share_work(workers,
             SharedWork{.run = run, .body = const_cast<void*>(static_cast<const void*>(&body)), .parts = parts});
}

}  // namespace nestwright
