#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <vector>

#include "model/graph/network_graph.h"
#include "model/runtime/program.h"

namespace nestwright {

// The programs that run a model for one purpose: one for each thread and number of lanes, made when first needed.
class ProgramPool {
 public:
  // `provider` and `parameters` must outlive it.
  ProgramPool(Model model, ImageSize size, Purpose purpose, const KernelProvider& provider, Parameters& parameters,
              int threads);

  // Makes the programs for all blocks in `plan`. Throws Error where a kernel is missing.
  void prepare(const std::vector<std::vector<Block>>& plan);
  // Makes the programs for blocks of `lanes` lanes. Throws Error where a kernel is missing.
  void prepare(std::int32_t lanes);

  // Binds the images to all programs (Program::bind_images()), those that are made later too.
  void bind_images(const LabelledImages& images, const Normalisation& normalisation);

  // The program of a thread, for blocks of `lanes` lanes that prepare() has seen.
  Program& at(int thread, std::int32_t lanes);

  // Throws Error (where: the model) with the failure of the first thread whose program failed, if there is one.
  // `failed_lanes` holds for each thread the lanes of the program that failed; 0: none.
  void throw_failure(std::span<const std::int32_t> failed_lanes);

  // The memory plan of the graph for `lanes` lanes; each thread has an arena of that plan.
  const MemoryPlan& memory_plan(std::int32_t lanes);

 private:
  struct Entry {
    std::int32_t lanes;
    CompiledGraph graph;
    std::vector<std::unique_ptr<Program>> programs;  // one for each thread
  };

  Entry& entry(std::int32_t lanes);

  Model model_;
  ImageSize size_;
  Purpose purpose_;
  const KernelProvider* provider_;
  Parameters* parameters_;
  int threads_;
  const LabelledImages* images_ = nullptr;
  Normalisation normalisation_;
  std::list<Entry> entries_;  // a list, because programs point to their entry's graph
};

}  // namespace nestwright
