#include "bench/rivals/cudnn/lanes.h"

namespace nestwright::cudnn {

static_assert(workspace_of_main + (Lanes::count - 1) * workspace_beside == std::size_t{256} << 20U);

Lanes::Lanes(cuda::Stream main) {
  libraries_.emplace_back(main, workspace_of_main);
  while (libraries_.size() < count) libraries_.emplace_back(streams_.emplace_back().get(), workspace_beside);
}

// A stream waits for what the event marked when it was told to wait, so one event serves all lanes.
void Lanes::fork(std::size_t lane) const {
  reached_.record(main());
  reached_.hold_up(libraries_[lane].stream());
}

void Lanes::join(std::size_t lane) const {
  reached_.record(libraries_[lane].stream());
  reached_.hold_up(main());
}

}  // namespace nestwright::cudnn
