#pragma once

#include <deque>

#include "bench/rivals/cudnn/libraries.h"
#include "model/device/cuda_graph.h"

namespace nestwright::cudnn {

// The libraries on a main stream and on some beside it, whose calls may run at the same time: each lane has handles and
// a workspace for itself, 256 MB in all, of which the main one has half (workspace_of_main, workspace_beside).
class Lanes {
 public:
  static constexpr std::size_t count = 5;  // 0 is the main one

  // The calling thread's context is the stream's. Throws Error where a library, or memory, is missing.
  explicit Lanes(cuda::Stream main);

  const Libraries& operator[](std::size_t lane) const { return libraries_[lane]; }
  cuda::Stream main() const { return libraries_[0].stream(); }

  // What a lane is given next begins after all that the main one has been given. All throw Error (where: "device").
  void fork(std::size_t lane) const;
  // What the main one is given next begins after all that the lane has been given.
  void join(std::size_t lane) const;

 private:
  std::deque<cuda::OwnStream> streams_;  // of all but the main one
  std::deque<Libraries> libraries_;
  cuda::StreamEvent reached_{cuda::event_without_time};  // by the lane that another waits for
};

}  // namespace nestwright::cudnn
