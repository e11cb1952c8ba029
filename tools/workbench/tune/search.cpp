#include "tools/workbench/tune/search.h"

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <utility>

#include "support/timing.h"
#include "tools/workbench/tune/prepare_all.h"

namespace nestwright::tune {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

// All numbers here are choices.

// A space of up to this many points is listed as a whole, and sorted by guess. Of a larger one this many points are
// drawn.
constexpr std::size_t most_listed = 20000;

// Of drawn points, so many with the least guess are followed to their neighbours in each round, in so many rounds at
// most.
constexpr std::size_t followed_points = 64;
constexpr int most_followed = 8;

// How many allowed neighbours are drawn, of which one is chosen, and how many draws are made for that at most.
constexpr int most_drawn = 3;
constexpr int most_attempts = 200;

// Neighbours of the best are tried only when there are so many candidates to start from.
constexpr std::size_t least_leaders = 3;

// Axes with more options than this have neighbouring options, which are at most so many places away.
constexpr int few_options = 3;
constexpr int longest_step = 2;

// A candidate whose sample takes so many times as long as the best is sampled no further: noise is less than that.
constexpr double hopeless_ratio = 2.0;

// The share of the budget at which the final rounds end (docs/tuning.md), and the samples that each of them takes at
// least.
constexpr double most_used = 1.2;
constexpr int least_final_samples = 3;

class Search {
 public:
  Search(const Problem& problem, const Plan& plan, const Limits& limits,
         const std::function<void(const Trial&, const std::optional<Trial>&)>& tell)
      : problem_(problem), plan_(plan), limits_(limits), tell_(tell), random_(plan.seed) {}

  Outcome run() {
    list_points();
    take_over_known();
    while (!is_over(1.0 - plan_.final_share)) {
      const std::vector<Point> points = next_points();
      if (points.empty()) break;
      try_points(points);
    }
    play_final();
    return outcome_;
  }

 private:
  struct Leader {
    Trial trial;
    std::optional<Prepared> prepared;  // none where the trial is from an earlier run
    bool is_verified = false;
  };

  // The points to try next, as many as are prepared at once: in turn one of least guess and a neighbour of the best.
  // Empty where there are no more.
  std::vector<Point> next_points() {
    std::vector<Point> points;
    while (static_cast<int>(points.size()) < plan_.preparers) {
      const bool is_listed = turn_++ % 2 == 0 || leaders_.size() < least_leaders;
      const std::optional<Point> point = is_listed ? next_listed() : neighbour();
      if (!point) break;
      if (seen_.insert(*point).second) points.push_back(*point);
    }
    return points;
  }

  // Prepares the points' candidates, each on a thread of its own, since compiling takes nearly all of the time. Then
  // times them one after another, since nothing may run beside a candidate that is timed.
  void try_points(const std::vector<Point>& points) {
    std::optional<std::vector<std::optional<Prepared>>> prepared =
        prepare_all(problem_.prepare, points, limits_.is_stopped);
    if (!prepared) return;
    for (std::size_t i = 0; i < points.size() && (i == 0 || !limits_.is_stopped()); ++i) {
      try_point(points[i], std::move((*prepared)[i]));
    }
  }

  bool is_over(double share) const { return limits_.is_stopped() || limits_.used() >= share; }

  void list_points() {
    const double size = size_of(problem_.axes);
    if (size <= static_cast<double>(most_listed)) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) list(point_at(problem_.axes, i));
    } else {
      std::set<Point> drawn;
      for (std::size_t i = 0; i < most_listed; ++i) drawn.insert(random_point());
      for (const Point& point : drawn) list(point);
      follow_guess(drawn);
    }
    std::ranges::shuffle(listed_, random_);
    std::ranges::stable_sort(listed_, {}, &std::pair<double, Point>::first);
    std::vector<std::pair<double, Point>> starts;
    for (const Point& start : problem_.starts) {
      if (problem_.is_allowed(start)) starts.emplace_back(0.0, start);
    }
    listed_.insert(listed_.begin(), starts.begin(), starts.end());
  }

  // Lists more points of a large space, since a draw misses those of least guess: all points that differ on one axis
  // from the listed ones of least guess, and so on from those that this adds.
  void follow_guess(std::set<Point>& drawn) {
    const auto [least, greatest] = std::ranges::minmax_element(listed_, {}, &std::pair<double, Point>::first);
    if (least == listed_.end() || least->first == greatest->first) return;  // the guess tells nothing
    std::set<Point> followed;
    for (int round = 0; round < most_followed; ++round) {
      const std::size_t count = std::min(followed_points, listed_.size());
      std::ranges::partial_sort(listed_, listed_.begin() + static_cast<std::ptrdiff_t>(count));
      std::vector<Point> best;
      for (std::size_t i = 0; i < count; ++i) {
        if (followed.insert(listed_[i].second).second) best.push_back(listed_[i].second);
      }
      if (best.empty()) break;
      for (const Point& point : best) {
        for (std::size_t axis = 0; axis < point.size(); ++axis) {
          Point moved = point;
          for (int option = 0; option < static_cast<int>(problem_.axes[axis].options.size()); ++option) {
            moved[axis] = option;
            if (drawn.insert(moved).second) list(moved);
          }
        }
      }
    }
  }

  void list(const Point& point) {
    if (problem_.is_allowed(point)) listed_.emplace_back(problem_.guess(point), point);
  }

  Point random_point() {
    Point point;
    for (const Axis& axis : problem_.axes) point.push_back(random_option(axis));
    return point;
  }

  int random_option(const Axis& axis) {
    return std::uniform_int_distribution<int>(0, static_cast<int>(axis.options.size()) - 1)(random_);
  }

  void take_over_known() {
    for (const Trial& trial : problem_.known) {
      if (!seen_.insert(trial.point).second) continue;
      ++outcome_.known;
      if (trial.seconds < never) enter({trial, std::nullopt});
    }
  }

  std::optional<Point> next_listed() {
    while (next_ < listed_.size()) {
      const Point& point = listed_[next_++].second;
      if (!seen_.contains(point)) return point;
    }
    outcome_.is_exhausted = size_of(problem_.axes) <= static_cast<double>(most_listed);
    if (outcome_.is_exhausted) return std::nullopt;
    return neighbour();
  }

  // A point that was not tried yet, and differs on one or two axes from one of the best; better ones are likelier to be
  // that one. Several such points are drawn, and the one of least guess is returned.
  std::optional<Point> neighbour() {
    std::optional<Point> chosen;
    double least = never;
    int found = 0;
    for (int attempt = 0; attempt < most_attempts && found < most_drawn && !leaders_.empty() && !problem_.axes.empty();
         ++attempt) {
      const std::size_t last = leaders_.size() - 1;
      const auto draw = [&] { return std::uniform_int_distribution<std::size_t>(0, last)(random_); };
      Point point = leaders_[std::min(draw(), draw())].trial.point;
      const int changes = std::uniform_int_distribution<int>(1, 2)(random_);
      for (int i = 0; i < changes; ++i) change(point);
      if (seen_.contains(point) || !problem_.is_allowed(point)) continue;
      ++found;
      const double guess = problem_.guess(point);
      if (guess >= least && chosen) continue;
      least = guess;
      chosen = std::move(point);
    }
    if (chosen) return chosen;
    return next_ < listed_.size() ? next_listed() : std::nullopt;
  }

  // Changes the point on a random axis. Where that has many options, they are in an order, and a step of one or two
  // places is likelier than any other.
  void change(Point& point) {
    const std::size_t axis = std::uniform_int_distribution<std::size_t>(0, point.size() - 1)(random_);
    const int count = static_cast<int>(problem_.axes[axis].options.size());
    const bool is_step = count > few_options && std::uniform_int_distribution<int>(0, 2)(random_) > 0;
    const int step = std::uniform_int_distribution<int>(-longest_step, longest_step)(random_);
    point[axis] = is_step ? std::clamp(point[axis] + step, 0, count - 1) : random_option(problem_.axes[axis]);
  }

  void try_point(const Point& point, std::optional<Prepared> prepared) {
    Leader leader = {{point, never}, std::move(prepared)};
    if (leader.prepared) {
      for (int i = 0; i < plan_.first_samples; ++i) {
        leader.trial.seconds = std::min(leader.trial.seconds, leader.prepared->sample());
        if (outcome_.best && leader.trial.seconds > hopeless_ratio * outcome_.best->seconds) break;
      }
    }
    const Trial trial = leader.trial;
    const bool would_lead = trial.seconds < never && (!outcome_.best || trial.seconds < outcome_.best->seconds);
    if (trial.seconds == never || (would_lead && !verify(leader))) {
      ++outcome_.refused;
      tell_({point, never}, outcome_.best);
      return;
    }
    ++outcome_.tried;
    if (would_lead) outcome_.best = trial;
    enter(std::move(leader));
    tell_(trial, outcome_.best);
  }

  static bool verify(Leader& leader) {
    leader.is_verified = leader.is_verified || leader.prepared.value().is_right();
    return leader.is_verified;
  }

  // Adds a leader in the order of their times. Only plan_.finalists of them are kept, for each holds a kernel.
  void enter(Leader leader) {
    const auto place = std::ranges::upper_bound(leaders_, leader.trial.seconds, {},
                                                [](const Leader& other) { return other.trial.seconds; });
    leaders_.insert(place, std::move(leader));
    if (leaders_.size() > static_cast<std::size_t>(plan_.finalists)) leaders_.pop_back();
  }

  // The leaders, each compiled and verified, those from earlier runs, too: the final rounds treat all alike. Leaders
  // that fail are left out.
  std::vector<Leader> finalists() {
    std::vector<Leader> ready;
    for (Leader& leader : leaders_) {
      if (is_over(1.0) && !ready.empty()) break;
      if (!leader.prepared) {
        auto prepared = prepare_all(problem_.prepare, {leader.trial.point}, limits_.is_stopped);
        if (!prepared) break;
        leader.prepared = std::move(prepared->front());
      }
      if (leader.prepared && verify(leader)) {
        ready.push_back(std::move(leader));
      } else {
        ++outcome_.refused;
        tell_({leader.trial.point, never}, outcome_.best);
      }
    }
    return ready;
  }

  void play_final() {
    if (limits_.is_stopped() && outcome_.best) return;
    std::vector<Leader> remaining = finalists();
    for (int samples = plan_.final_samples; !remaining.empty(); samples *= 2) {
      std::vector<std::vector<double>> taken(remaining.size());
      for (int i = 0; i < samples && (i < least_final_samples || !is_over(most_used)); ++i) {
        for (std::size_t j = 0; j < remaining.size(); ++j) taken[j].push_back(remaining[j].prepared.value().sample());
      }
      for (std::size_t j = 0; j < remaining.size(); ++j) remaining[j].trial.seconds = median_of(taken[j]);
      std::ranges::stable_sort(remaining, {}, [](const Leader& leader) { return leader.trial.seconds; });
      outcome_.best = remaining.front().trial;
      if (remaining.size() == 1 || is_over(most_used)) break;
      remaining.resize((remaining.size() + 1) / 2);
    }
  }

  const Problem& problem_;
  const Plan& plan_;
  const Limits& limits_;
  const std::function<void(const Trial&, const std::optional<Trial>&)>& tell_;
  std::mt19937_64 random_;
  std::vector<std::pair<double, Point>> listed_;  // points and their guesses, the least first
  std::size_t next_ = 0;
  int turn_ = 0;
  std::set<Point> seen_;
  std::vector<Leader> leaders_;  // the fastest first, at most plan_.finalists
  Outcome outcome_;
};

}  // namespace

Outcome search(const Problem& problem, const Plan& plan, const Limits& limits,
               const std::function<void(const Trial& trial, const std::optional<Trial>& best)>& tell) {
  return Search(problem, plan, limits, tell).run();
}

}  // namespace nestwright::tune
