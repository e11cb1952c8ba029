#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "model/device/device_memory.h"
#include "model/runtime/kernel_arguments.h"
#include "model/runtime/parameters.h"
#include "model/runtime/program.h"

namespace nestwright {

// What a program's tensors are parts of, besides the arena. Null where the graph has none of it.
struct DeviceTensors {
  const DeviceMemory* images = nullptr;  // (x, y, image) uint8
  std::int64_t image_count = 0;
  const DeviceMemory* parameters = nullptr;  // the flat vector
  const DeviceMemory* gradients = nullptr;   // of the same layout, one for each block
  const DeviceMemory* zeros = nullptr;       // what gradients are added to: one, of zeros
};

// A compiled graph on a device, for a fixed number of blocks of images that its kernels take at once. All arguments are
// laid out once; the tensors are parts of an arena by the graph's memory plan, which is for as many blocks.
class DeviceProgram {
 public:
  // `graph`, `arena` and all of `tensors` must outlive it.
  DeviceProgram(const CompiledGraph& graph, std::int64_t blocks, const ParameterLayout& layout,
                const DeviceMemory& arena, const DeviceTensors& tensors);

  std::int64_t lanes() const { return compiled_->graph.lanes; }
  std::int64_t blocks() const { return blocks_; }

  void set_normalisation(const Normalisation& normalisation);
  // The weight of an image's loss in the gradients.
  void set_loss_scale(float scale);

  // Says which images the next run takes, with their labels; lanes that are left over have none. Waits for the copy.
  void load_images(std::span<const std::int32_t> indices, std::span<const std::uint8_t> labels_of_all);

  // Starts the kernels one after another; what they give is there once it is read. Throws Error that names the one that
  // fails.
  void run();

  // What the last run gave, for all lanes: (lane, block).
  std::span<const float> read_losses();
  std::span<const std::uint8_t> read_predictions();

 private:
  struct Scalar {
    std::string name;
    float value = 0.0F;
  };

  float& scalar(const std::string& name);
  void add_call(const Node& node, const ParameterLayout& layout, const DeviceMemory& arena,
                const DeviceTensors& tensors);
  // The memory of a tensor, and how many values its blocks lie apart (none: it has no blocks).
  struct Place {
    const DevicePart* part = nullptr;
    std::optional<std::int64_t> block_stride = {};
  };
  Place place_of(TensorId id, bool is_output, const ParameterLayout& layout, const DeviceMemory& arena,
                 const DeviceTensors& tensors);
  DevicePart* find_part(const char* name, const DeviceMemory& arena);

  const CompiledGraph* compiled_;
  std::int64_t blocks_;
  std::deque<DevicePart> parts_;  // arguments hold their handles
  std::deque<Scalar> scalars_;    // arguments point to them
  std::vector<KernelArguments> calls_;

  DevicePart *indices_, *labels_, *losses_, *predictions_;  // null where the graph has none
  std::vector<std::int32_t> host_indices_;
  std::vector<std::uint8_t> host_labels_, host_predictions_;
  std::vector<float> host_losses_;
};

}  // namespace nestwright
