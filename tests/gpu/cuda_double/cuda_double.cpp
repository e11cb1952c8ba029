#include "tests/gpu/cuda_double/cuda_double.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "tests/gpu/cuda_double/faults.h"

namespace {

// CUresult
constexpr int success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, capture_unsupported = 900;
constexpr int capture_invalidated = 901, capture_unjoined = 904, capture_isolation = 905;
constexpr int invalid_ptx = 218, illegal_address = 700, out_of_resources = 701;

constexpr int jit_max_registers = 0;  // CUjit_option

using Work = std::vector<std::function<void()>>;

struct Graph {
  Work work;
  int pieces = 0;                          // kernels and copies so far
  std::vector<int> kernels;                // the numbers of the kernels among the pieces
  std::vector<int> copies;                 // those of the copies
  std::vector<std::set<int>> done_before;  // [piece]: the pieces that are done before it begins
  bool is_valid = true;                    // no call was refused while it was captured
};

// Never destroyed: Halide's runtime gives memory back when the program ends.
CudaDouble& seen = *new CudaDouble(with_faults_of_environment());
std::map<void*, std::size_t>& allocated = *new std::map<void*, std::size_t>;
std::set<void*>& streams = *new std::set<void*>;
Graph* capture = nullptr;  // the graph that is being captured; null: none
// For each stream that takes part in the capture, the graph's pieces that are done before what the stream is given
// next; and for each event, those that are done before it.
std::map<void*, std::set<int>>& captured_streams = *new std::map<void*, std::set<int>>;
std::map<void*, std::set<int>>& captured_events = *new std::map<void*, std::set<int>>;
void* computing = nullptr;  // the stream of the last kernel outside of captures

void* fresh() { return new char; }

// The result of a call that can't be part of a graph: success, unless a stream is being captured.
int unless_captured() {
  if (capture == nullptr) return success;
  ++seen.refused_in_capture;
  return capture_unsupported;
}

bool is_captured(void* stream) { return captured_streams.contains(stream); }

bool is_due(int& countdown) {
  if (countdown == 0) return false;
  --countdown;
  return countdown == 0;
}

// Adds a piece to the graph that is captured, after what `stream` was given before, and gives its number.
int add_piece(void* stream) {
  std::set<int>& before = captured_streams.at(stream);
  capture->done_before.push_back(before);
  before.insert(capture->pieces);
  return capture->pieces++;
}

int do_now_or_record(void* stream, std::function<void()> copy) {
  if (!is_captured(stream)) {
    copy();
  } else {
    capture->work.push_back(std::move(copy));
    capture->copies.push_back(add_piece(stream));
  }
  return success;
}

// For each of these pieces, the kernels that are done before it, numbered from 0 among the graph's kernels.
std::vector<std::set<int>> kernels_before(const Graph& graph, const std::vector<int>& pieces) {
  std::vector<std::set<int>> before;
  for (const int piece : pieces) {
    const std::set<int>& done = graph.done_before[static_cast<std::size_t>(piece)];
    std::set<int>& kernels = before.emplace_back();
    for (std::size_t kernel = 0; kernel < graph.kernels.size(); ++kernel) {
      if (done.contains(graph.kernels[kernel])) kernels.insert(static_cast<int>(kernel));
    }
  }
  return before;
}

void end_capture() {
  capture = nullptr;
  captured_streams.clear();
  captured_events.clear();
}

// Addresses of the device are those of the host.
void* pointer(std::uint64_t address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
}

struct Copy2d {
  std::size_t source_x, source_y;
  unsigned source_type;
  const char* source_host;
  std::uint64_t source_device;
  void* source_array;
  std::size_t source_pitch;
  std::size_t destination_x, destination_y;
  unsigned destination_type;
  char* destination_host;
  std::uint64_t destination_device;
  void* destination_array;
  std::size_t destination_pitch;
  std::size_t width, height;
};

void copy_rows(const Copy2d& c) {
  const char* from = c.source_type == 1 ? c.source_host : static_cast<const char*>(pointer(c.source_device));
  char* to = c.destination_type == 1 ? c.destination_host : static_cast<char*>(pointer(c.destination_device));
  for (std::size_t row = 0; row < c.height; ++row) {
    std::memcpy(to + row * c.destination_pitch, from + row * c.source_pitch, c.width);
  }
}

}  // namespace

extern "C" {

CudaDouble* cuda_double() { return &seen; }

int cuInit(unsigned) { return seen.devices == 0 ? no_device : success; }
int cuGetErrorName(int error, const char** name) {
  static const std::map<int, const char*> names = {{out_of_memory, "CUDA_ERROR_OUT_OF_MEMORY"},
                                                   {no_device, "CUDA_ERROR_NO_DEVICE"},
                                                   {invalid_ptx, "CUDA_ERROR_INVALID_PTX"},
                                                   {illegal_address, "CUDA_ERROR_ILLEGAL_ADDRESS"},
                                                   {out_of_resources, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES"}};
  const auto named = names.find(error);
  *name = named == names.end() ? "CUDA_ERROR_UNKNOWN" : named->second;
  return success;
}
int cuDriverGetVersion(int* version) {
  *version = 12080;
  return success;
}
int cuDeviceGetCount(int* count) {
  *count = seen.devices;
  return success;
}
int cuDeviceGet(int* device, int) {
  *device = 0;
  return success;
}
int cuDeviceGetName(char* name, int length, int) {
  std::strncpy(name, "Stand-in", static_cast<std::size_t>(length));
  return success;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == 75 ? seen.capability / 10 : attribute == 76 ? seen.capability % 10 : 1024;
  return success;
}
int cuDeviceTotalMem_v2(std::size_t* bytes, int) {
  *bytes = seen.memory;
  return success;
}
int cuDevicePrimaryCtxRetain(void** context, int) {
  static char the_context;
  *context = &the_context;
  return success;
}
int cuDevicePrimaryCtxRelease_v2(int) { return success; }
int cuCtxCreate_v2(void**, unsigned, int) { return invalid_value; }  // Halide is to use the primary context
int cuCtxDestroy_v2(void*) { return success; }
int cuCtxGetApiVersion(void*, unsigned* version) {
  *version = 12000;
  return success;
}
int cuCtxGetDevice(int* device) {
  *device = 0;
  return success;
}
int cuCtxSetCurrent(void*) { return success; }
int cuCtxPushCurrent_v2(void*) { return success; }
int cuCtxPopCurrent_v2(void** context) { return cuDevicePrimaryCtxRetain(context, 0); }
int cuCtxSynchronize() { return unless_captured(); }
int cuProfilerStop() { return success; }

int cuStreamCreate(void** stream, unsigned) {
  *stream = fresh();
  streams.insert(*stream);
  return success;
}
int cuStreamDestroy_v2(void* stream) {
  streams.erase(stream);
  return success;
}
int cuStreamSynchronize(void*) {
  return seen.is_lost || is_due(seen.fail_synchronize) ? illegal_address : unless_captured();
}
// A stream that waits for an event of the capture takes part in the capture from then on.
int cuStreamWaitEvent(void* stream, void* event, unsigned) {
  const auto captured = captured_events.find(event);
  if (captured != captured_events.end()) {
    captured_streams[stream].insert(captured->second.begin(), captured->second.end());
    return success;
  }
  if (is_captured(stream)) {
    ++seen.refused_in_capture;
    return capture_isolation;
  }
  ++seen.waits;
  return success;
}
int cuStreamBeginCapture_v2(void* stream, int) {
  if (capture != nullptr) return capture_unsupported;
  capture = new Graph;
  captured_streams[stream] = {};
  return success;
}
int cuStreamEndCapture(void* stream, void** graph) {
  const bool is_joined = is_captured(stream) && static_cast<int>(captured_streams[stream].size()) == capture->pieces;
  const int code = !capture->is_valid ? capture_invalidated : !is_joined ? capture_unjoined : success;
  if (code == success) {
    *graph = capture;
    ++seen.live_graphs;
  } else {
    *graph = nullptr;
    if (capture->is_valid) ++seen.refused_in_capture;
    delete capture;
  }
  end_capture();
  return code;
}
int cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  if (is_due(seen.fail_instantiate)) return out_of_resources;
  auto* const made = new Graph(*static_cast<Graph*>(graph));
  *executable = made;
  ++seen.graphs;
  ++seen.live_graphs;
  seen.captured_kernels = static_cast<int>(made->kernels.size());
  seen.kernels_before = kernels_before(*made, made->kernels);
  seen.kernels_before_copies = kernels_before(*made, made->copies);
  return success;
}
int cuGraphExecDestroy(void* executable) {
  if (executable != nullptr) --seen.live_graphs;
  delete static_cast<Graph*>(executable);
  return success;
}
int cuGraphDestroy(void* graph) { return cuGraphExecDestroy(graph); }
int cuGraphLaunch(void* executable, void*) {
  if (is_due(seen.fail_graph_launch)) return out_of_resources;
  ++seen.graph_launches;
  for (const auto& work : static_cast<Graph*>(executable)->work) work();
  return success;
}
int cuEventCreate(void** event, unsigned) {
  *event = fresh();
  ++seen.live_events;
  return success;
}
int cuEventDestroy_v2(void* event) {
  delete static_cast<char*>(event);
  --seen.live_events;
  return success;
}
int cuEventRecord(void* event, void* stream) {
  captured_events.erase(event);
  if (is_captured(stream)) captured_events[event] = captured_streams[stream];
  return success;
}
int cuEventElapsedTime(float* milliseconds, void*, void*) {
  *milliseconds = 1.0F;  // any number will do: times mean nothing here
  return success;
}

int cuMemAlloc_v2(std::uint64_t* address, std::size_t bytes) {
  if (const int code = unless_captured(); code != success) return code;
  if (seen.in_use + bytes > seen.memory) return out_of_memory;
  ++seen.allocations;
  void* const memory = std::calloc(bytes, 1);
  allocated[memory] = bytes;
  seen.in_use += bytes;
  *address = reinterpret_cast<std::uint64_t>(memory);
  return success;
}
int cuMemFree_v2(std::uint64_t address) {
  if (const int code = unless_captured(); code != success) return code;
  void* const memory = pointer(address);
  seen.in_use -= allocated.at(memory);
  allocated.erase(memory);
  std::free(memory);
  return success;
}
int cuMemsetD8Async(std::uint64_t to, unsigned char value, std::size_t bytes, void* stream) {
  return do_now_or_record(stream, [=] { std::memset(pointer(to), value, bytes); });
}
int cuMemHostAlloc(void** memory, std::size_t bytes, unsigned) {
  *memory = std::calloc(bytes, 1);
  return success;
}
int cuMemFreeHost(void* memory) {
  std::free(memory);
  return success;
}
int cuMemcpyHtoD_v2(std::uint64_t to, const void* from, std::size_t bytes) {
  if (const int code = unless_captured(); code != success) return code;
  std::memcpy(pointer(to), from, bytes);
  return success;
}
int cuMemcpyDtoH_v2(void* to, std::uint64_t from, std::size_t bytes) {
  if (const int code = unless_captured(); code != success) return code;
  std::memcpy(to, pointer(from), bytes);
  return success;
}
int cuMemcpyDtoD_v2(std::uint64_t to, std::uint64_t from, std::size_t bytes) {
  return cuMemcpyHtoD_v2(to, pointer(from), bytes);
}
int cuMemcpyHtoDAsync_v2(std::uint64_t to, const void* from, std::size_t bytes, void* stream) {
  return do_now_or_record(stream, [=] { std::memcpy(pointer(to), from, bytes); });
}
int cuMemcpyDtoHAsync_v2(void* to, std::uint64_t from, std::size_t bytes, void* stream) {
  return do_now_or_record(stream, [=] { std::memcpy(to, pointer(from), bytes); });
}
int cuMemcpyDtoDAsync_v2(std::uint64_t to, std::uint64_t from, std::size_t bytes, void* stream) {
  return cuMemcpyHtoDAsync_v2(to, pointer(from), bytes, stream);
}
int cuMemcpy2DAsync_v2(const Copy2d* copy, void* stream) {
  if (!is_captured(stream) && stream != computing) ++seen.copies_of_other_streams;
  return do_now_or_record(stream, [copy = *copy] { copy_rows(copy); });
}
int cuMemcpy3D_v2(const void*) { return invalid_value; }  // no copy here has three dimensions
int cuPointerGetAttribute(void*, int, std::uint64_t) { return success; }

int cuModuleLoadData(void** module, const void*) {
  if (const int code = unless_captured(); code != success) return code;
  if (is_due(seen.fail_load)) return invalid_ptx;
  *module = fresh();
  return success;
}
int cuModuleLoadDataEx(void** module, const void* image, unsigned count, const int* options, void** values) {
  unsigned cap = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (options[i] == jit_max_registers) cap = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(values[i]));
  }
  const int code = cuModuleLoadData(module, image);
  if (code == success) seen.register_caps.push_back(cap);
  return code;
}
int cuModuleUnload(void*) { return success; }
int cuModuleGetFunction(void** function, void*, const char*) {
  *function = fresh();
  return success;
}
int cuLaunchKernel(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void* stream, void**,
                   void**) {
  if (is_due(seen.crash_launch)) std::abort();
  if (is_due(seen.hang_launch)) {
    for (;;) pause();
  }
  if (is_due(seen.lose_launch)) seen.is_lost = true;
  if (seen.is_lost) return illegal_address;
  if (is_due(seen.fail_launch)) {
    if (is_captured(stream)) capture->is_valid = false;
    return out_of_resources;
  }
  if (!streams.contains(stream)) ++seen.on_other_streams;
  if (is_captured(stream)) {
    capture->kernels.push_back(add_piece(stream));
  } else {
    computing = stream;
    ++seen.kernels;
  }
  return success;
}
}
