#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "model/device/cuda_graph.h"
#include "model/graph/branches.h"

namespace nestwright::cuda {

// Streams of their own for nodes that run side by side. All throw Error (where: "device").
class Branches {
 public:
  // `main` has the first branch.
  explicit Branches(Stream main) : main_(main) {}

  // Gives each node's work to its branch by `issue_node`: after all that `main` has been given before, and before all
  // that it is given next. What a provider's kernels do meanwhile goes to the branch's stream (KernelStream).
  void issue(const std::vector<BranchPlace>& places, const std::function<void(std::size_t)>& issue_node);

 private:
  Stream stream_of(std::size_t branch);
  const StreamEvent& event_of(std::size_t node);

  Stream main_;
  std::deque<OwnStream> others_;    // of the second branch and so on
  std::deque<StreamEvent> events_;  // of each node's end
  StreamEvent begin_{event_without_time};
};

}  // namespace nestwright::cuda
