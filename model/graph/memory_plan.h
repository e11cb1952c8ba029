#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "model/graph/graph.h"

namespace nestwright {

// The nodes during which a tensor holds a value that someone still needs, first and last included. -1: before the
// first node; the number of nodes: after the last.
struct Lifetime {
  std::ptrdiff_t first = 0;
  std::ptrdiff_t last = 0;
};

// Where each tensor of a graph lies in one arena.
struct MemoryPlan {
  // In bytes from the arena's start, multiples of the alignment; none for tensors that lie elsewhere (images,
  // parameters and their gradients). A view lies within its storage.
  std::vector<std::optional<std::size_t>> offsets;
  std::size_t planned_bytes = 0;  // the arena's size
  std::size_t sum_of_all = 0;     // what the tensors would take without sharing
};

// The bytes of a cache line, and of the widest vector.
inline constexpr std::size_t memory_alignment = 64;

// How large tensors are, and where they may begin.
struct MemoryUnit {
  std::int64_t blocks = 1;                   // of images that every tensor holds
  std::size_t alignment = memory_alignment;  // of offsets, in bytes
};

// The lifetime of the memory of each tensor; views have their storage's. Outputs live until after the last node, and
// inputs from before the first until then: they keep their values from run to run.
std::vector<Lifetime> lifetimes_of(const Graph& graph);

// Tensors whose lifetimes are apart share memory; so do an input and an output of a node that may work in place, where
// that node is the input's last reader. Largest first, each tensor goes into the tightest gap between those that are
// placed already and live at the same time (Pisarchyk and Lee, "Efficient memory management for deep neural net
// inference", 2020: greedy by size).
MemoryPlan plan_memory(const Graph& graph, const MemoryUnit& unit = {});

// Two tensors that live at the same time and overlap, if there are any (one that goes on in place of another does
// not count). Compares every pair: a check of what plan_memory() gave.
std::optional<std::pair<TensorId, TensorId>> find_overlap(const Graph& graph, const MemoryPlan& plan,
                                                          const MemoryUnit& unit = {});

}  // namespace nestwright
