// Guesses what tiled schedules cost, to decide which are not worth a try, and which are tried first. The constants are
// choices; which of the schedules that are tried is fastest, only measurement decides (docs/tuning.md).
#include <algorithm>
#include <cmath>

#include "tools/workbench/tune/tiled.h"

namespace nestwright::tune::tiled {
namespace {

using Kind = VectorLoop::Kind;

// The most instructions that may be unrolled for a tile: more don't fit into the cache of decoded instructions, and
// take seconds to compile.
constexpr double most_unrolled = 800.0;
// The most elements of a tile when each computes a sum of its own, and the most registers of a tile without a sum.
constexpr double most_tile_elements = 64.0;
// The independent sums that keep a core busy: a multiply-add takes 4 cycles, and two start in each.
constexpr double independent_sums = 8.0;
// Sums that exceed the registers by more than this factor are never tried: they are stored and loaded all the time.
constexpr double most_accumulators = 1.5;
// The most vectors that are unrolled of a fused output.
constexpr int most_fused_vectors = 8;
// Stands for the iterations of a loop whose extent only a call knows, so that it is never unrolled.
constexpr double endless = 1e9;
// The factor of the guess for a vector that is masked, and for a producer that is computed in a loop.
constexpr double masked_factor = 2.0, placed_factor = 1.1;
// The weight with which a tile across the contiguous loop counts against a store: only enough to decide between equals.
constexpr double across_weight = 0.001;
// Loaded vectors that wait in registers, at most.
constexpr double most_held = 4.0;
// Instructions of a loop over the taps, and those that add up a vector.
constexpr double loop_instructions = 2.0, sum_across_instructions = 8.0;
// The store and the load that each sum beyond the registers takes.
constexpr double spill_instructions = 2.0;
// So many times most_unrolled sums double the guess: long code counts only enough to decide between equals.
constexpr double code_scale = 10.0;

// The registers that a vector of the choices' size fills.
double vector_registers(const Choices& choices, const Registers& registers) {
  const int size = std::max(1, choices.vector.size);
  const int whole = (size + registers.floats - 1) / registers.floats;
  return static_cast<double>(whole);
}

// The factor by which tiles of `size` along a loop compute more than its extent: the last tile is computed as a whole.
double waste(std::int64_t extent, std::int64_t size) {
  if (extent == dynamic_extent || size <= 1) return 1.0;
  const std::int64_t steps = (extent + size - 1) / size;
  return static_cast<double>(steps * size) / static_cast<double>(extent);
}

// How many values of the sum along its dimension `d` a stage after it reads for one of its own values: the width of a
// pooling's window, or all the lanes that are added up.
std::int64_t window_of(const Roles& roles, std::size_t d) {
  std::int64_t largest = 1;
  for (const StageStructure* consumer : roles.consumers) {
    for (const Read& read : consumer->reads) {
      if (read.func != roles.sum->name) continue;
      std::int64_t window = 1;
      for (const Loop& reduction : consumer->reduction) {
        const bool is_read_along = std::ranges::find(read.loops.at(d), reduction.name) != read.loops.at(d).end();
        if (is_read_along && reduction.extent > 0) window *= reduction.extent;
      }
      largest = std::max(largest, window);
    }
  }
  return largest;
}

// How many elements of the sum, or vectors of them, a tile holds along the sum's dimension `d`.
std::int64_t tile_extent(const Roles& roles, const Choices& choices, std::size_t d) {
  const std::string& loop = roles.sum->pure[d].name;
  if (choices.vector.kind == Kind::sum_only && choices.vector.loop == loop) return 1;
  const auto tile = choices.tile.find(loop);
  const bool is_vector = choices.vector.kind == Kind::shared && choices.vector.loop == loop;
  const std::int64_t size = tile == choices.tile.end() || is_vector || choices.sum_at != "tile" ? 1 : tile->second;
  return size * window_of(roles, d);
}

// The iterations of the reduction that are unrolled.
double unrolled_taps(const Roles& roles, const Choices& choices) {
  double taps = 1.0;
  int left = choices.unrolled;
  for (const std::string& name : choices.reduction) {
    if (left == 0 || name == choices.vector.loop) continue;
    const auto loop = std::ranges::find(roles.sum->reduction, name, &Loop::name);
    taps *= loop == roles.sum->reduction.end() || loop->extent == dynamic_extent ? endless
                                                                                 : static_cast<double>(loop->extent);
    --left;
  }
  return taps;
}

double tile_size(const Choices& choices) {
  double size = 1.0;
  for (const auto& [loop, tile] : choices.tile) size *= tile;
  return size;
}

double total_waste(const Roles& roles, const Choices& choices) {
  double factor = 1.0;
  for (const Loop& loop : roles.output->pure) {
    factor *= waste(loop.extent, choices.tile.at(loop.name));
    // Where vectors don't divide the loop, every instruction is masked.
    const bool is_vector = choices.vector.kind == Kind::shared && choices.vector.loop == loop.name;
    if (is_vector && loop.extent % std::max(1, choices.vector.size) != 0) factor *= masked_factor;
  }
  return factor;
}

// The guessed cost of a value of an output that is no sum: less in large tiles, which share the loop's instructions,
// and more where a vector's values are stored apart.
double cost_of_stores(const Roles& roles, const Choices& choices, double in_vector) {
  const std::vector<Loop>& loops = roles.output->pure;
  const bool is_scattered = choices.vector.kind == Kind::shared && choices.vector.loop != loops.front().name;
  // Of tiles that are equal otherwise, the one that is longer along contiguous values is preferred.
  double across = 0.0;
  for (std::size_t d = 0; d < loops.size(); ++d) {
    across += static_cast<double>(d) * std::log2(choices.tile.at(loops[d].name));
  }
  const double cost = 1.0 + 1.0 / (tile_size(choices) * in_vector) + across_weight * across;
  return is_scattered ? cost * choices.vector.size : cost;
}

// How many loads a vector of a Func's elements takes. `in_vector` is the number of registers that a vector fills.
double loads_of(const Roles& roles, const Choices& choices, const std::string& func, double in_vector) {
  const auto read = std::ranges::find(roles.sum->reads, func, &Read::func);
  if (read == roles.sum->reads.end()) return in_vector;  // an inlined stage reads it, not the sum
  if (choices.vector.kind == Kind::none || !read->depends_on(choices.vector.loop)) return 1.0;
  const auto transposed = choices.is_transposed.find(func);
  const bool is_contiguous =
      read->is_contiguous_in(choices.vector.loop) || (transposed != choices.is_transposed.end() && transposed->second);
  return is_contiguous ? in_vector : std::max(1, choices.vector.size);
}

}  // namespace

std::int64_t accumulators_of(const Roles& roles, const Choices& choices) {
  std::int64_t count = 1;
  for (std::size_t d = 0; d < roles.sum->pure.size(); ++d) count *= tile_extent(roles, choices, d);
  return count;
}

TileCount count_of_tile(const Roles& roles, const Choices& choices) {
  std::map<std::string, std::int64_t> tile;
  for (std::size_t d = 0; d < roles.sum->pure.size(); ++d) {
    tile[roles.sum->pure[d].name] = tile_extent(roles, choices, d);
  }
  std::map<std::string, const Term*> inlined;
  for (const StageStructure* producer : roles.producers) {
    if (choices.placed.at(producer->name) == "inline") inlined.emplace(producer->name, &producer->term);
  }
  return count_of(roles.sum->term, tile, inlined);
}

bool is_sensible(const Roles& roles, const Choices& choices, const Registers& registers) {
  const VectorLoop& vector = choices.vector;
  const bool is_vector_tiled = vector.kind == Kind::shared && choices.tile.at(vector.loop) > 1;
  if (is_vector_tiled) return false;
  if (roles.sum == nullptr) {
    const double filled = tile_size(choices) * vector_registers(choices, registers);
    if (vector.kind != Kind::fused) return filled <= most_tile_elements;
    for (const Loop& loop : roles.output->pure) {
      if (loop.name != roles.output->pure[1].name && choices.tile.at(loop.name) > 1) return false;
    }
    return choices.tile.at(roles.output->pure[1].name) <= most_fused_vectors &&
           std::ranges::all_of(choices.placed, [](const auto& entry) { return entry.second == "inline"; });
  }
  if (choices.sum_at == "element" && tile_size(choices) == 1.0) return false;  // the same as at the tile
  const double accumulators =
      static_cast<double>(accumulators_of(roles, choices)) * vector_registers(choices, registers);
  if (accumulators > most_accumulators * registers.count) return false;
  // A sum at each element is unrolled as many times as the tile has elements.
  const double times = choices.sum_at == "element" ? tile_size(choices) : 1.0;
  const double terms = times * accumulators * unrolled_taps(roles, choices);
  const double of_term = std::max(1.0, count_of(roles.sum->term, {}, {}).instructions);
  if (times > most_tile_elements || terms * of_term > most_unrolled) return false;
  if (choices.unrolled == 0 && choices.inside == "taps") return false;  // the same as "tile"
  for (const auto& [input, is_transposed] : choices.is_transposed) {
    if (!is_transposed) continue;
    const auto read = std::ranges::find(roles.sum->reads, input, &Read::func);
    const bool helps =
        vector.kind == Kind::shared && read->depends_on(vector.loop) && !read->is_contiguous_in(vector.loop);
    if (!helps) return false;
  }
  return true;
}

double guess_of(const Roles& roles, const Choices& choices, const Registers& registers) {
  const double vector = std::max(1, choices.vector.size);
  const double in_vector = vector_registers(choices, registers);
  const double idle = in_vector * registers.floats / vector;  // registers' numbers for each that is used
  if (roles.sum == nullptr) return idle * total_waste(roles, choices) * cost_of_stores(roles, choices, in_vector);
  const double elements = static_cast<double>(accumulators_of(roles, choices));
  const double sums = elements * in_vector;
  const TileCount tile = count_of_tile(roles, choices);
  double loads = 0.0, held = 0.0;
  for (const auto& [func, count] : tile.loads) {
    if (func == roles.sum->name) continue;
    loads += count * loads_of(roles, choices, func, in_vector);
    held = std::max(held, std::min(count, most_held) * in_vector);
  }
  const double taps = unrolled_taps(roles, choices);
  double step = std::max({tile.instructions * in_vector, loads, independent_sums}) + loop_instructions / taps;
  const double live = sums + held;
  if (live > registers.count) step *= 1.0 + spill_instructions * (live - registers.count) / registers.count;
  double cost = step / (elements * vector) * registers.floats * total_waste(roles, choices);
  // Of equal guesses the shorter code is preferred: it compiles sooner, and leaves more of the cache to other code.
  cost *= 1.0 + sums * taps / (code_scale * most_unrolled);
  // Each element of the output adds up a vector once.
  if (choices.vector.kind == Kind::reduction) cost += sum_across_instructions * registers.floats / vector;
  for (const auto& [stage, place] : choices.placed) cost *= place == "root" || place == "inline" ? 1.0 : placed_factor;
  return cost;
}

}  // namespace nestwright::tune::tiled
