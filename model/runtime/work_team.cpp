#include "model/runtime/work_team.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

#include "support/error.h"

namespace nestwright {
namespace {

// How long a thread spins before it sleeps. A choice: threads of a balanced step of 64 images are done within some
// microseconds of each other, and waking a thread that sleeps takes tens.
constexpr std::chrono::microseconds longest_spin(50);

// Kernels were seen to need less than 32 KB; what `ulimit -s` says does not count here.
constexpr std::size_t worker_stack = std::size_t{2} << 20U;

thread_local bool sharing_work = false;

void pause_processor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Returns once `value` is not `old`.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  const auto until = std::chrono::steady_clock::now() + longest_spin;
  while (value.load(std::memory_order_acquire) == old) {
    if (std::chrono::steady_clock::now() < until) {
      pause_processor();
    } else {
      value.wait(old, std::memory_order_acquire);
    }
  }
}

// Threads that wait for work, and the work that they have.
//
// A ticket is the number of the work (upper half) and of the next part to take (lower half). A thread takes a part by
// counting the ticket up, which fails when another took it or the work is another one. The work's members change only
// while the ticket is closed, after the old work's last part is done and before the new work's first is given out, so
// the ticket of a thread that has read members of two works is no longer the one that is there.
class WorkTeam {
 public:
  WorkTeam() = default;
  ~WorkTeam();
  WorkTeam(const WorkTeam&) = delete;
  WorkTeam& operator=(const WorkTeam&) = delete;

  void grow(int workers);
  void run(int workers, const SharedWork& work);

 private:
  struct Worker {
    WorkTeam* team;
    int number;
    pthread_t thread;
  };

  static constexpr std::uint64_t closed = UINT32_MAX;

  static void* start(void* worker);
  void work_until_end(int worker);
  void take_parts(int worker);

  std::vector<std::unique_ptr<Worker>> workers_;
  std::uint32_t work_number_ = 0;             // of the caller alone
  std::atomic<std::uint32_t> announced_ = 0;  // what workers wait for: the number of the work, once it can be taken
  std::atomic<std::uint64_t> ticket_ = closed;
  std::atomic<void (*)(void*, int, int)> run_ = nullptr;
  std::atomic<void*> body_ = nullptr;
  std::atomic<int> parts_ = 0;
  std::atomic<int> helpers_ = 0;  // the highest number of a worker that may take part
  std::atomic<std::uint32_t> parts_done_ = 0;
  std::atomic<bool> has_ended_ = false;
};

WorkTeam::~WorkTeam() {
  has_ended_ = true;
  ++announced_;
  announced_.notify_all();
  for (const auto& worker : workers_) pthread_join(worker->thread, nullptr);
}

void* WorkTeam::start(void* worker) {
  const Worker& self = *static_cast<Worker*>(worker);
  sharing_work = true;
  self.team->work_until_end(self.number);
  return nullptr;
}

void WorkTeam::grow(int workers) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, worker_stack);
  int error = 0;
  while (error == 0 && static_cast<int>(workers_.size()) + 1 < workers) {
    auto worker = std::make_unique<Worker>(Worker{.team = this, .number = static_cast<int>(workers_.size()) + 1});
    error = pthread_create(&worker->thread, &attributes, &WorkTeam::start, worker.get());
    if (error == 0) workers_.push_back(std::move(worker));
  }
  pthread_attr_destroy(&attributes);
  if (error == 0) return;
  throw Error("threads", fmt::format("the system gives {} of {}: {}; ask for fewer with --threads", workers_.size() + 1,
                                     workers, std::generic_category().message(error)));
}

void WorkTeam::work_until_end(int worker) {
  // A work may have been announced before this thread came so far: it looks at once.
  for (std::uint32_t seen = 0; !has_ended_; seen = announced_) {
    take_parts(worker);
    wait_while(announced_, seen);
  }
}

void WorkTeam::take_parts(int worker) {
  while (true) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    const std::uint64_t part = ticket & closed;
    const auto run = run_.load(std::memory_order_acquire);
    void* const body = body_.load(std::memory_order_acquire);
    const auto parts = static_cast<std::uint32_t>(parts_.load(std::memory_order_acquire));
    if (part >= parts || worker > helpers_.load(std::memory_order_acquire)) return;
    if (!ticket_.compare_exchange_weak(ticket, ticket + 1, std::memory_order_acq_rel)) continue;
    run(body, static_cast<int>(part), worker);
    if (parts_done_.fetch_add(1, std::memory_order_acq_rel) + 1 == parts) parts_done_.notify_one();
  }
}

void WorkTeam::run(int workers, const SharedWork& work) {
  const std::uint64_t number = ++work_number_;
  ticket_.store(number << 32U | closed, std::memory_order_release);
  parts_done_.store(0, std::memory_order_release);
  helpers_.store(workers - 1, std::memory_order_release);
  run_.store(work.run, std::memory_order_release);
  body_.store(work.body, std::memory_order_release);
  parts_.store(work.parts, std::memory_order_release);
  ticket_.store(number << 32U, std::memory_order_release);
  announced_.store(static_cast<std::uint32_t>(number), std::memory_order_release);
  announced_.notify_all();
  sharing_work = true;
  take_parts(0);
  sharing_work = false;
  const auto parts = static_cast<std::uint32_t>(work.parts);
  for (std::uint32_t done = parts_done_; done != parts; done = parts_done_) wait_while(parts_done_, done);
}

}  // namespace

void share_work(int workers, const SharedWork& work) {
  thread_local WorkTeam team;
  team.grow(workers);
  team.run(workers, work);
}

bool is_sharing_work() { return sharing_work; }

}  // namespace nestwright
