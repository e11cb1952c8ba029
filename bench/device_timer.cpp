#include "bench/device_timer.h"

namespace nestwright::bench {

double time_recorded(DeviceQueue& queue, RecordedStep& step, std::span<const float> scalars,
                     const std::function<void()>& issue, int times) {
  // The first run loads the kernels, and the second one is recorded.
  for (int i = 0; i < 2; ++i) queue.run(step, scalars, issue);
  const double seconds = queue.time([&] {
    for (int i = 0; i < times; ++i) queue.run(step, scalars, issue);
  });
  return seconds / times;
}

double DeviceTimer::time_step(std::span<const std::int32_t> indices, double learning_rate, int times,
                              bool with_copies) {
  // Sends the image numbers and labels, which all of the timed steps read.
  session_->step(indices, learning_rate);
  const DeviceSession::Step step = session_->step_of(indices.size());
  RecordedStep& recorded = with_copies ? step.recorded : without_copies_[step.program.blocks()];
  return time_recorded(
      session_->queue(), recorded, step.program.scalars(),
      [&] {
        step.program.issue(with_copies);
        step.update.issue();
      },
      times);
}

double DeviceTimer::time_inference(std::span<const std::int32_t> indices, int times) {
  Inference& inference = inferences_[indices.size()];
  if (!inference.compiled) inference.compiled = session_->inference(indices.size());
  DeviceProgram& program = inference.compiled->program;
  program.load_images(indices, {});
  return time_recorded(
      session_->queue(), inference.recorded, program.scalars(), [&] { program.issue(); }, times);
}

double DeviceTimer::time_node(std::size_t index, std::span<const std::int32_t> indices, int times) {
  const DeviceSession::Step step = session_->step_of(indices.size());
  // A step leaves the node's inputs in memory.
  if (!step.recorded.has_run()) session_->step(indices, 0.0);
  DeviceProgram& program = step.program;
  const double seconds = time_recorded(
      session_->queue(), nodes_[{program.blocks(), index, times}], program.scalars(),
      [&] {
        for (int i = 0; i < times; ++i) program.issue_node(index);
      },
      /*times=*/1);
  return seconds / times;
}

}  // namespace nestwright::bench
