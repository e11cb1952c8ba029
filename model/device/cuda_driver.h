#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "support/error.h"

// The part of CUDA's driver interface that is used here, loaded from libcuda.so.1 when it is first asked for: nothing
// needs CUDA or its headers to be built. Names and types are those of the CUDA Driver API's reference, sections 6.2 to
// 6.23.
namespace nestwright::cuda {

using Result = int;  // CUresult: 0 is success
using Device = int;
using Context = void*;
using Stream = void*;
using Graph = void*;
using GraphExec = void*;
using Event = void*;
using Address = std::uint64_t;  // CUdeviceptr

// CUDA_MEMCPY2D.
struct Copy2d {
  std::size_t source_x = 0, source_y = 0;
  unsigned source_type = 0;
  const void* source_host = nullptr;
  Address source_device = 0;
  void* source_array = nullptr;
  std::size_t source_pitch = 0;
  std::size_t destination_x = 0, destination_y = 0;
  unsigned destination_type = 0;
  void* destination_host = nullptr;
  Address destination_device = 0;
  void* destination_array = nullptr;
  std::size_t destination_pitch = 0;
  std::size_t width = 0, height = 0;
};
inline constexpr unsigned memory_of_host = 1, memory_of_device = 2;  // CUmemorytype

inline constexpr int multiprocessors = 16, capability_major = 75, capability_minor = 76;  // CUdevice_attribute
inline constexpr unsigned stream_non_blocking = 1;                                        // CUstream_flags
inline constexpr int capture_thread_local = 1;                                            // CUstreamCaptureMode
inline constexpr unsigned event_without_time = 2;                                         // CUevent_flags

struct Driver {
  Result (*init)(unsigned flags);
  Result (*driver_get_version)(int* version);
  Result (*get_error_name)(Result error, const char** name);
  Result (*device_get_count)(int* count);
  Result (*device_get)(Device* device, int ordinal);
  Result (*device_get_name)(char* name, int length, Device device);
  Result (*device_get_attribute)(int* value, int attribute, Device device);
  Result (*primary_context_retain)(Context* context, Device device);
  Result (*context_set_current)(Context context);
  Result (*stream_create)(Stream* stream, unsigned flags);
  Result (*stream_destroy)(Stream stream);
  Result (*stream_synchronize)(Stream stream);
  Result (*stream_wait_event)(Stream stream, Event event, unsigned flags);
  Result (*stream_begin_capture)(Stream stream, int mode);
  Result (*stream_end_capture)(Stream stream, Graph* graph);
  Result (*graph_instantiate)(GraphExec* executable, Graph graph, unsigned long long flags);
  Result (*graph_exec_destroy)(GraphExec executable);
  Result (*graph_destroy)(Graph graph);
  Result (*graph_launch)(GraphExec executable, Stream stream);
  Result (*memory_alloc)(Address* address, std::size_t bytes);
  Result (*memory_free)(Address address);
  Result (*memset_async)(Address address, unsigned char value, std::size_t bytes, Stream stream);
  Result (*memcpy_to_device_async)(Address to, const void* from, std::size_t bytes, Stream stream);
  Result (*memcpy_to_host_async)(void* to, Address from, std::size_t bytes, Stream stream);
  Result (*memory_host_alloc)(void** memory, std::size_t bytes, unsigned flags);
  Result (*memory_host_free)(void* memory);
  Result (*memcpy_2d_async)(const Copy2d* copy, Stream stream);
  Result (*module_load_data)(void** module, const void* image);
  Result (*module_get_function)(void** function, void* module, const char* name);
  Result (*launch_kernel)(void* function, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z, unsigned threads_x,
                          unsigned threads_y, unsigned threads_z, unsigned shared_bytes, Stream stream,
                          void** parameters, void** extra);
  Result (*memcpy_device_to_device)(Address to, Address from, std::size_t bytes, Stream stream);
  Result (*event_create)(Event* event, unsigned flags);
  Result (*event_destroy)(Event event);
  Result (*event_record)(Event event, Stream stream);
  Result (*event_elapsed)(float* milliseconds, Event start, Event end);
};

// The driver, loaded by the first call. Throws Error (where: "--device") when it can't be loaded, or is too old to have
// all of these functions. The message is one line, which says to use the processor.
const Driver& driver();

// Throws Error as driver() does, and where the driver has no device.
void require_device();

// The Error (where: "--device") that says in one line that there is no CUDA device, for what reason, and what to do.
Error no_device(const std::string& reason);

// "NVIDIA H100 80GB HBM3": the first device, as its driver names it.
std::string gpu_name();

// "NVIDIA H100, driver 12.8": the first device, and the newest CUDA that its driver knows.
std::string device_name();

// Throws Error (where: "device") with CUDA's name for what went wrong unless `result` is success.
void require(Result result, const char* what);

}  // namespace nestwright::cuda
