#pragma once

#include <functional>

#include "model/device/cuda_driver.h"

// Records, times and waits for the work that a stream is given. All functions throw Error (where: "device").
namespace nestwright::cuda {

// Work that was recorded as a CUDA graph, and is launched as a whole.
class RecordedGraph {
 public:
  // Records the work that `issue` gives the stream, without doing it.
  RecordedGraph(Stream stream, const std::function<void()>& issue);
  ~RecordedGraph();
  RecordedGraph(const RecordedGraph&) = delete;
  RecordedGraph& operator=(const RecordedGraph&) = delete;

  // Gives the recorded work to `stream`.
  void launch(Stream stream) const;

 private:
  GraphExec executable_ = nullptr;
};

// A stream of its own, which waits for no other.
class OwnStream {
 public:
  OwnStream();
  ~OwnStream();
  OwnStream(const OwnStream&) = delete;
  OwnStream& operator=(const OwnStream&) = delete;

  Stream get() const { return stream_; }

 private:
  Stream stream_ = nullptr;
};

// A point in a stream's work, which is reached when all work before it is done.
class StreamEvent {
 public:
  // `flags` are CUevent_flags.
  explicit StreamEvent(unsigned flags = 0);
  ~StreamEvent();
  StreamEvent(const StreamEvent&) = delete;
  StreamEvent& operator=(const StreamEvent&) = delete;

  // Puts the event after all that `stream` has been given.
  void record(Stream stream) const;
  // Holds `stream` up until the event is reached; an event that was never recorded holds nothing up.
  void hold_up(Stream stream) const;
  // The seconds by the device's clock from `start` to this event, when both have been reached.
  double seconds_since(const StreamEvent& start) const;

 private:
  Event event_ = nullptr;
};

// Waits until all that the stream has been given is done.
void finish(Stream stream);

// The seconds by the device's clock that the stream takes for what `work` gives it to do, from when all before it is
// done. Waits for the end.
double device_seconds(Stream stream, const std::function<void()>& work);

}  // namespace nestwright::cuda
