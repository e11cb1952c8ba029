#pragma once

#include <cstddef>
#include <set>
#include <vector>

// A stand-in for NVIDIA's driver, libcuda.so.1: memory is the host's, kernels do nothing, and every call that a real
// one refuses while a stream is captured is refused. It shows what a program asks of CUDA where there is no GPU; of
// results and times it says nothing. A whole program runs on it where LD_LIBRARY_PATH finds it first; the environment's
// NESTWRIGHT_CUDA_DOUBLE then says what is to go wrong: "fail_launch=5,hang_launch=9".
struct CudaDouble {
  // The device that it pretends to have.
  int devices = 1;
  int capability = 90;                        // compute capability x.y as 10 * x + y
  std::size_t memory = std::size_t{1} << 33;  // bytes

  // Which calls are to go wrong: the n-th of each kind from now on (1: the next; 0: none).
  int fail_load = 0;         // loading a module fails: the driver can't compile it
  int fail_launch = 0;       // launching a kernel fails: it asks for more than a multiprocessor has
  int hang_launch = 0;       // launching a kernel never returns
  int crash_launch = 0;      // launching a kernel ends the program by a signal
  int lose_launch = 0;       // the kernel reads an invalid address: every later call of this process fails
  int fail_instantiate = 0;  // instantiating a graph fails
  int fail_graph_launch = 0;
  int fail_synchronize = 0;  // waiting for a stream fails: a kernel on it has read an invalid address

  // What it saw.
  bool is_lost = false;                                   // the device is lost: every call fails
  int kernels = 0;                                        // launched outside of graphs
  int captured_kernels = 0;                               // kernels in the last graph
  std::vector<std::set<int>> kernels_before = {};         // for each of its kernels, those that are done when it begins
  std::vector<std::set<int>> kernels_before_copies = {};  // for each of its copies, likewise
  int graphs = 0;                                         // instantiated
  int graph_launches = 0;
  int allocations = 0;              // of device memory
  int refused_in_capture = 0;       // calls that were refused because a stream was captured
  int on_other_streams = 0;         // kernels on a stream that the program did not make
  int copies_of_other_streams = 0;  // copies on another stream than the last kernel's, outside of captures
  int waits = 0;                    // of a stream for an event, outside of captures
  std::size_t in_use = 0;           // bytes of device memory
  int live_events = 0;              // made, and not destroyed yet
  int live_graphs = 0;              // likewise, recorded or ready to be launched
  // For each module that was loaded, the most registers that a thread of its kernels may have; 0: no limit was given.
  std::vector<unsigned> register_caps = {};
};

extern "C" CudaDouble* cuda_double();
