#include "model/runtime/program_pool.h"

#include "support/error.h"

namespace nestwright {

ProgramPool::ProgramPool(Model model, ImageSize size, Purpose purpose, const KernelProvider& provider,
                         Parameters& parameters, int threads)
    : model_(std::move(model)),
      size_(size),
      purpose_(purpose),
      provider_(&provider),
      parameters_(&parameters),
      threads_(threads) {}

void ProgramPool::prepare(const std::vector<std::vector<Block>>& plan) {
  for (const std::vector<Block>& blocks : plan) {
    for (const Block& block : blocks) prepare(block.lanes);
  }
}

void ProgramPool::prepare(std::int32_t lanes) { entry(lanes); }

ProgramPool::Entry& ProgramPool::entry(std::int32_t lanes) {
  for (Entry& known : entries_) {
    if (known.lanes == lanes) return known;
  }
  CompiledGraph graph = compile_graph(network_graph(model_, size_, lanes, purpose_), *provider_);
  Entry& made = entries_.emplace_back(lanes, std::move(graph));
  for (int thread = 0; thread < threads_; ++thread) {
    made.programs.push_back(
        std::make_unique<Program>(made.graph, parameters_->layout, parameters_->values.values().data()));
    if (images_ != nullptr) made.programs.back()->bind_images(*images_, normalisation_);
  }
  return made;
}

void ProgramPool::bind_images(const LabelledImages& images, const Normalisation& normalisation) {
  images_ = &images;
  normalisation_ = normalisation;
  for (Entry& known : entries_) {
    for (const auto& program : known.programs) program->bind_images(images, normalisation);
  }
}

Program& ProgramPool::at(int thread, std::int32_t lanes) {
  return *entry(lanes).programs[static_cast<std::size_t>(thread)];
}

void ProgramPool::throw_failure(std::span<const std::int32_t> failed_lanes) {
  for (std::size_t thread = 0; thread < failed_lanes.size(); ++thread) {
    if (failed_lanes[thread] == 0) continue;
    throw Error(model_.name, at(static_cast<int>(thread), failed_lanes[thread]).failure());
  }
}

const MemoryPlan& ProgramPool::memory_plan(std::int32_t lanes) { return entry(lanes).graph.plan; }

}  // namespace nestwright
