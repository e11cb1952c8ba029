#include "tools/workbench/tune/prepare_all.h"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

namespace nestwright::tune {
namespace {

using Result = std::optional<Prepared>;

// Whether the result was there before `is_stopped` said that nobody waits for it.
bool is_there(const std::future<Result>& result, const std::function<bool()>& is_stopped) {
  constexpr std::chrono::milliseconds interval(50);  // between two looks at `is_stopped`
  while (result.wait_for(interval) != std::future_status::ready) {
    if (is_stopped()) return false;
  }
  return true;
}

}  // namespace

std::optional<std::vector<Result>> prepare_all(const std::function<Result(const Point&)>& prepare,
                                               const std::vector<Point>& points,
                                               const std::function<bool()>& is_stopped) {
  std::vector<std::future<Result>> results;
  std::vector<std::thread> threads;
  for (const Point& point : points) {
    std::packaged_task<Result()> task([prepare, point] { return prepare(point); });
    results.push_back(task.get_future());
    threads.emplace_back(std::move(task));
  }
  bool are_there = true;
  for (const std::future<Result>& result : results) are_there = are_there && is_there(result, is_stopped);
  for (std::thread& thread : threads) are_there ? thread.join() : thread.detach();
  if (!are_there) return std::nullopt;
  std::vector<Result> prepared;
  for (std::future<Result>& result : results) prepared.push_back(result.get());
  return prepared;
}

}  // namespace nestwright::tune
