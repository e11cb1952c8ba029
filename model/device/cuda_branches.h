#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "model/device/cuda_graph.h"
#include "model/graph/branches.h"

namespace nestwright::cuda {

// Streams for nodes that run side by side, one for each branch. All functions throw Error (where: "device").
class Branches {
 public:
  // `main` is the stream of the first branch; the others get streams of their own.
  explicit Branches(Stream main) : main_(main) {}

  // Calls `issue_node` for each node in order, and sends the kernels that it launches to the stream of the node's
  // branch (KernelStream). They run after all that `main` was given before, and before all that it is given next.
  void issue(const std::vector<BranchPlace>& places, const std::function<void(std::size_t)>& issue_node);

 private:
  Stream stream_of(std::size_t branch);
  const StreamEvent& event_of(std::size_t node);

  Stream main_;
  std::deque<OwnStream> others_;           // of the second branch and so on
  std::deque<StreamEvent> events_;         // [node]: its end
  StreamEvent begin_{event_without_time};  // the end of what `main` was given before
};

}  // namespace nestwright::cuda
