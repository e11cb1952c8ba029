// What this project's loops call of GCC's OpenMP, on the standard library's threads. ThreadSanitizer does not see how
// libgomp's threads wait for each other, and takes all that they do for races; of these it sees everything. The preset
// `thread` links it instead of libgomp, so that a function that is missing here is one that the linker misses.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Loop {
  long next = 0;
  long end = 0;
  long chunk = 1;
};

struct Team {
  explicit Team(int threads) : size(threads), barrier(threads) {}

  int size;
  std::barrier<> barrier;
  std::mutex mutex;
  std::deque<Loop> loops = {};  // in the order in which each thread comes to them
};

// Where a thread is.
struct Place {
  Team* team = nullptr;
  int rank = 0;
  int level = 0;                // how many parallel regions it is in
  bool is_in_parallel = false;  // whether one of them has several threads
  std::size_t loops_begun = 0;
};

thread_local Place place;

int threads_at_start() {
  const char* const wanted = std::getenv("OMP_NUM_THREADS");
  const int number = wanted == nullptr ? 0 : std::atoi(wanted);
  return number > 0 ? number : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::atomic<int>& threads_of_a_team() {
  static std::atomic<int> threads = threads_at_start();
  return threads;
}

bool take_chunk(Loop& loop, long* begin, long* end) {
  *begin = loop.next;
  *end = std::min(loop.next + loop.chunk, loop.end);
  loop.next = *end;
  return *begin < *end;
}

}  // namespace

extern "C" {

void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned) {
  const Place outside = place;
  const int wanted = threads == 0 ? threads_of_a_team().load() : static_cast<int>(threads);
  Team team(outside.is_in_parallel ? 1 : wanted);  // as OpenMP does unless it is told to nest
  const auto run = [&](int rank) {
    place = {.team = &team,
             .rank = rank,
             .level = outside.level + 1,
             .is_in_parallel = outside.is_in_parallel || team.size > 1};
    body(data);
  };
  std::vector<std::thread> others;
  for (int rank = 1; rank < team.size; ++rank) others.emplace_back(run, rank);
  run(0);
  for (std::thread& other : others) other.join();
  place = outside;
}

void GOMP_barrier() { place.team->barrier.arrive_and_wait(); }

bool GOMP_loop_nonmonotonic_dynamic_start(long first, long end, long, long chunk, long* chunk_first, long* chunk_end) {
  const std::lock_guard lock(place.team->mutex);
  std::deque<Loop>& loops = place.team->loops;
  if (++place.loops_begun > loops.size()) loops.push_back({.next = first, .end = end, .chunk = chunk});
  return take_chunk(loops[place.loops_begun - 1], chunk_first, chunk_end);
}

bool GOMP_loop_nonmonotonic_dynamic_next(long* chunk_first, long* chunk_end) {
  const std::lock_guard lock(place.team->mutex);
  return take_chunk(place.team->loops[place.loops_begun - 1], chunk_first, chunk_end);
}

void GOMP_loop_end_nowait() {}

int omp_get_thread_num() { return place.rank; }
int omp_get_num_threads() { return place.team == nullptr ? 1 : place.team->size; }
int omp_get_level() { return place.level; }
int omp_in_parallel() { return place.is_in_parallel ? 1 : 0; }
int omp_get_max_threads() { return threads_of_a_team(); }
void omp_set_num_threads(int threads) { threads_of_a_team() = threads; }
}
