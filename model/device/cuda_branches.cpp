#include "model/device/cuda_branches.h"

#include "model/device/cuda_context.h"

namespace nestwright::cuda {

Stream Branches::stream_of(std::size_t branch) {
  if (branch == 0) return main_;
  while (others_.size() < branch) others_.emplace_back();
  return others_[branch - 1].get();
}

const StreamEvent& Branches::event_of(std::size_t node) {
  while (events_.size() <= node) events_.emplace_back(event_without_time);
  return events_[node];
}

void Branches::issue(const std::vector<BranchPlace>& places, const std::function<void(std::size_t)>& issue_node) {
  begin_.record(main_);
  std::vector<std::size_t> last;  // [branch]: its last node so far
  for (std::size_t node = 0; node < places.size(); ++node) {
    const auto& [branch, after] = places[node];
    const Stream stream = stream_of(branch);
    if (branch == last.size()) {
      if (branch != 0) begin_.hold_up(stream);
      last.push_back(node);
    }
    for (const std::size_t other : after) event_of(other).hold_up(stream);
    {
      const KernelStream kernels_go_to(stream);
      issue_node(node);
    }
    event_of(node).record(stream);
    last[branch] = node;
  }
  for (std::size_t branch = 1; branch < last.size(); ++branch) event_of(last[branch]).hold_up(main_);
}

}  // namespace nestwright::cuda
