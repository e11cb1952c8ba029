#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "generators/kernel_interface/kernel.h"
#include "generators/kernel_interface/kernel_arguments.h"
#include "model/data/dataset.h"
#include "model/graph/graph.h"
#include "model/graph/memory_plan.h"
#include "model/runtime/block_plan.h"
#include "model/runtime/parameters.h"
#include "support/aligned_memory.h"

namespace nestwright {

// A graph with the memory plan and the kernels to run it.
struct CompiledGraph {
  Graph graph;
  MemoryPlan plan;
  std::vector<const Kernel*> kernels;  // one for each node
};

// Plans the memory of `graph`, and finds its kernels for `target`; they must outlive the result. Throws Error when one
// is missing.
CompiledGraph compile_graph(Graph graph, const KernelProvider& provider, const std::string& target = "cpu",
                            const MemoryUnit& unit = {});

// A compiled graph on an arena of its own, for one thread: all arguments are laid out once, so that running a block
// allocates nothing and looks nothing up.
class Program {
 public:
  // `graph` and `parameters` must outlive it. Reads the parameters at each run.
  Program(const CompiledGraph& graph, const ParameterLayout& layout, float* parameters);

  // Sets the images that the indices of load_block() refer to, and how pixels are normalised. The images must outlive
  // the runs.
  void bind_images(const LabelledImages& images, const Normalisation& normalisation);

  // Sets where the next run puts gradients: `gradients` = `previous` + what the block adds. Both are flat vectors of
  // the parameters' layout, and may be the same.
  void bind_gradients(const float* previous, float* gradients);

  // Says which images the next run takes: of the images that `indices` names, those that `block` takes.
  void load_block(std::span<const std::int32_t> indices, const Block& block);

  // Sets the weight of each image's loss in the gradients.
  void set_loss_scale(float scale) { *loss_scale_ = scale; }

  // Calls the kernels one after another. Returns false when one failed; failure() says which.
  bool run() noexcept;

  // What went wrong in the last run.
  std::string failure() const;

  // The outputs of the last run; null where the graph has no such output.
  const float* loss() const { return loss_; }                   // (lane)
  const std::uint8_t* predicted() const { return predicted_; }  // (lane)
  const float* logits() const { return logits_; }               // (lane, class)

 private:
  // An argument whose memory is known only once bind_gradients() or bind_images() says where it is.
  struct LateArgument {
    std::size_t call;         // index in calls_
    std::size_t argument;     // index among the call's arguments
    std::int64_t offset = 0;  // of a gradient in the flat vector, in values
    bool is_output = false;   // it is written, and lies in `gradients`, not in `previous`
  };

  void add_call(const Node& node, const ParameterLayout& layout, float* parameters);
  void* memory_of(TensorId id, const ParameterLayout& layout, float* parameters) const;
  template <typename Value>
  Value* find_value(const char* name) const;

  const CompiledGraph* compiled_;
  AlignedMemory arena_;
  std::vector<KernelArguments> calls_;
  std::vector<LateArgument> gradient_arguments_;
  std::vector<LateArgument> image_arguments_;
  const LabelledImages* images_ = nullptr;
  std::optional<std::size_t> failed_call_;
  int failure_code_ = 0;

  std::int32_t* indices_;
  std::uint8_t* labels_;
  float* pixel_mean_;
  float* pixel_scale_;
  float* loss_scale_;
  const float* loss_;
  const std::uint8_t* predicted_;
  const float* logits_;
};

}  // namespace nestwright
