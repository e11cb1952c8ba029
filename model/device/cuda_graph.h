#pragma once

#include <functional>

#include "model/device/cuda_driver.h"

// What a stream is given to do: recorded, timed, waited for. All throw Error (where: "device").
namespace nestwright::cuda {

// Work that was recorded as a CUDA graph, and is launched as a whole.
class RecordedGraph {
 public:
  // Records what `issue` gives the stream to do, none of which is done yet.
  RecordedGraph(Stream stream, const std::function<void()>& issue);
  ~RecordedGraph();
  RecordedGraph(const RecordedGraph&) = delete;
  RecordedGraph& operator=(const RecordedGraph&) = delete;

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

// A point in a stream's work, which comes to pass when all before it is done.
class StreamEvent {
 public:
  // `flags`: CUevent_flags.
  explicit StreamEvent(unsigned flags = 0);
  ~StreamEvent();
  StreamEvent(const StreamEvent&) = delete;
  StreamEvent& operator=(const StreamEvent&) = delete;

  void record(Stream stream) const;
  // Holds `stream` up until it comes to pass; one that was never recorded holds nobody up.
  void hold_up(Stream stream) const;
  // By the device's clock, when both have come to pass.
  double seconds_since(const StreamEvent& start) const;

 private:
  Event event_ = nullptr;
};

void finish(Stream stream);

// Seconds of the device's clock for what `work` gives the stream to do, from when all before is done.
double device_seconds(Stream stream, const std::function<void()>& work);

}  // namespace nestwright::cuda
