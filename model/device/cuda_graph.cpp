#include "model/device/cuda_graph.h"

namespace nestwright::cuda {
namespace {

Graph record(Stream stream, const std::function<void()>& issue) {
  const Driver& d = driver();
  Graph graph = nullptr;
  require(d.stream_begin_capture(stream, capture_thread_local), "can't record");
  try {
    issue();
  } catch (...) {
    // The stream is of no use before its capture ends.
    if (d.stream_end_capture(stream, &graph) == 0 && graph != nullptr) d.graph_destroy(graph);
    throw;
  }
  require(d.stream_end_capture(stream, &graph), "can't record");
  return graph;
}

}  // namespace

RecordedGraph::RecordedGraph(Stream stream, const std::function<void()>& issue) {
  const Graph graph = record(stream, issue);
  const Result result = driver().graph_instantiate(&executable_, graph, 0);
  driver().graph_destroy(graph);
  require(result, "what was recorded can't be made ready");
}

RecordedGraph::~RecordedGraph() { driver().graph_exec_destroy(executable_); }

void RecordedGraph::launch(Stream stream) const {
  require(driver().graph_launch(executable_, stream), "what was recorded can't be started");
}

OwnStream::OwnStream() { require(driver().stream_create(&stream_, stream_non_blocking), "has no stream left"); }

OwnStream::~OwnStream() { driver().stream_destroy(stream_); }

StreamEvent::StreamEvent(unsigned flags) { require(driver().event_create(&event_, flags), "has no event left"); }

StreamEvent::~StreamEvent() { driver().event_destroy(event_); }

void StreamEvent::record(Stream stream) const {
  require(driver().event_record(event_, stream), "can't record an event");
}

void StreamEvent::hold_up(Stream stream) const {
  require(driver().stream_wait_event(stream, event_, 0), "its streams can't wait for each other");
}

double StreamEvent::seconds_since(const StreamEvent& start) const {
  float milliseconds = 0.0F;
  require(driver().event_elapsed(&milliseconds, start.event_, event_), "can't tell the time");
  return 1e-3 * static_cast<double>(milliseconds);
}

void finish(Stream stream) { require(driver().stream_synchronize(stream), "stopped working"); }

double device_seconds(Stream stream, const std::function<void()>& work) {
  const StreamEvent start, end;
  finish(stream);
  start.record(stream);
  work();
  end.record(stream);
  finish(stream);
  return end.seconds_since(start);
}

}  // namespace nestwright::cuda
