#pragma once

#include <deque>

#include "bench/rivals/cudnn/libraries.h"
#include "model/device/cuda_graph.h"

namespace nestwright::cudnn {

// Lanes are streams whose calls may run at the same time: a main one and some beside it. Each has its own handles of
// the libraries and its own workspace. The workspaces have 256 MB in all, of which the main lane's is half
// (workspace_of_main, workspace_beside).
class Lanes {
 public:
  static constexpr std::size_t count = 5;  // lane 0 is the main one

  // `main`: the main lane's stream, whose context must be the calling thread's. Throws Error where a library, or
  // memory, is missing.
  explicit Lanes(cuda::Stream main);

  const Libraries& operator[](std::size_t lane) const { return libraries_[lane]; }
  cuda::Stream main() const { return libraries_[0].stream(); }

  // Makes what `lane` is given next wait for all that the main lane has been given. Throws Error (where: "device").
  void fork(std::size_t lane) const;
  // Makes what the main lane is given next wait for all that `lane` has been given. Throws Error (where: "device").
  void join(std::size_t lane) const;

 private:
  std::deque<cuda::OwnStream> streams_;  // of all but the main one
  std::deque<Libraries> libraries_;
  cuda::StreamEvent reached_{cuda::event_without_time};  // marks the work of a lane that another lane waits for
};

}  // namespace nestwright::cudnn
