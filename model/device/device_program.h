#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "generators/kernel_interface/kernel_arguments.h"
#include "model/data/dataset.h"
#include "model/device/device_memory.h"
#include "model/device/device_queue.h"
#include "model/device/sent_memory.h"
#include "model/graph/forward.h"
#include "model/runtime/parameters.h"
#include "model/runtime/program.h"

namespace nestwright {

// The memory, besides the arena, that a program's tensors are parts of. Null where the graph has no such tensors.
struct DeviceTensors {
  const DeviceMemory* images = nullptr;  // (x, y, image) uint8
  std::int64_t image_count = 0;
  const DeviceMemory* parameters = nullptr;  // the flat vector
  const DeviceMemory* gradients = nullptr;   // a vector of the same layout for each block, one after another
  const DeviceMemory* zeros = nullptr;       // one such vector of zeros, to which gradients are added
};

// A compiled graph on a device, for a fixed number of blocks of images that its kernels take at once. All arguments are
// laid out once; the tensors are parts of an arena by the graph's memory plan, which is for as many blocks.
class DeviceProgram {
 public:
  // `graph`, `arena`, all of `tensors` and the queue must outlive it. `more_sent` holds the bytes of further tensors
  // that are sent to the device with the program's own.
  DeviceProgram(const CompiledGraph& graph, std::int64_t blocks, const ParameterLayout& layout,
                const DeviceMemory& arena, const DeviceTensors& tensors, DeviceQueue& queue,
                std::span<const std::size_t> more_sent = {});

  // The tensors that issue() sends to the device: the program's own, and from first_more_sent() on those of
  // `more_sent`.
  const SentMemory& sent() const { return sent_; }
  std::size_t first_more_sent() const { return inputs_.size(); }

  const Graph& graph() const { return compiled_->graph; }
  std::int64_t blocks() const { return blocks_; }

  void set_normalisation(const Normalisation& normalisation);
  // Sets the weight of each image's loss in the gradients.
  void set_loss_scale(float scale);

  // Sets the images that the next run takes, and their labels; lanes that are left over have neither. If `in_order`,
  // the images on the device are not the whole data set, but those of the batch, in its order.
  void load_images(std::span<const std::int32_t> indices, std::span<const std::uint8_t> labels_of_all,
                   bool in_order = false);

  // Gives the queue a run to do: a copy of what load_images() set, the kernels, and copies of their outputs to the
  // host, each as soon as it is there. Kernels and copies that do not wait for each other run side by side. Without the
  // copies, the kernels run on what was sent last. Throws Error that names the kernel where the device does not take
  // one.
  void issue(bool with_copies = true);

  // Gives the queue one node's kernel to do. Throws Error that names it where the device does not take it.
  void issue_node(std::size_t index);

  // The outputs of the last run for all lanes, (lane, block); empty where the graph has none. To be read when the queue
  // has finished.
  std::span<const float> losses() const { return brought_values<float>(tensor_name::loss); }
  std::span<const std::uint8_t> predictions() const { return brought_values<std::uint8_t>(tensor_name::predicted); }

  // The numbers that kernels are given by value. A recorded run is good only for as long as they stay the same.
  std::vector<float> scalars() const;

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
  // A tensor that is copied to the host after a run.
  struct Brought {
    std::string name;
    DevicePart* part = nullptr;           // on the device
    DeviceQueue::HostMemory memory = {};  // on the host
  };
  void add_brought(TensorId id, const DeviceMemory& arena);
  template <typename Value>
  std::span<Value> sent_values(const char* name);
  template <typename Value>
  std::span<const Value> brought_values(const char* name) const {
    for (const Brought& each : brought_) {
      if (each.name == name) return {static_cast<const Value*>(each.memory.get()), each.part->bytes() / sizeof(Value)};
    }
    return {};
  }

  const CompiledGraph* compiled_;
  DeviceQueue* queue_;
  std::int64_t blocks_;
  std::deque<DevicePart> parts_;  // arguments hold their handles
  std::deque<Scalar> scalars_;    // arguments point to them
  std::vector<KernelArguments> calls_;
  std::vector<TensorId> inputs_;  // the tensors that the host fills
  SentMemory sent_;               // inputs_ in their order, then `more_sent`
  std::vector<Brought> brought_;
  std::vector<BranchPlace> branches_;         // of the nodes, then of the copies of brought_
  std::vector<BranchPlace> kernel_branches_;  // of the nodes alone
};

}  // namespace nestwright
