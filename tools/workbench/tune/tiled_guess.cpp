// What a tiled schedule may cost: what is not worth a try, and what is tried first.
#include <algorithm>
#include <cmath>

#include "tools/workbench/tune/tiled.h"

namespace nestwright::tune::tiled {
namespace {

using Kind = VectorLoop::Kind;

// Instructions written out for a tile, at most: more don't fit into the cache of decoded instructions, and take
// seconds to compile.
constexpr double most_unrolled = 800.0;
// And elements of a tile that each have a sum of their own.
constexpr double most_tile_elements = 64.0;
// A multiply-add takes 4 cycles; two start in each.
constexpr double independent_sums = 8.0;

double vector_registers(const Choices& choices, const Registers& registers) {
  const int size = std::max(1, choices.vector.size);
  const int whole = (size + registers.floats - 1) / registers.floats;
  return static_cast<double>(whole);
}

// What remains of a loop where `size` does not divide it is computed as if it were whole.
double waste(std::int64_t extent, std::int64_t size) {
  if (extent == dynamic_extent || size <= 1) return 1.0;
  const std::int64_t steps = (extent + size - 1) / size;
  return static_cast<double>(steps * size) / static_cast<double>(extent);
}

// How many values of the sum along dimension `d` a stage after it looks at for one of its own: a pooling's window, or
// all the lanes that are added up.
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

// Of dimension `d` of the sum: how many of its elements, or of its vectors, a tile holds.
std::int64_t tile_extent(const Roles& roles, const Choices& choices, std::size_t d) {
  const std::string& loop = roles.sum->pure[d].name;
  if (choices.vector.kind == Kind::sum_only && choices.vector.loop == loop) return 1;
  const auto tile = choices.tile.find(loop);
  const bool is_vector = choices.vector.kind == Kind::shared && choices.vector.loop == loop;
  const std::int64_t size = tile == choices.tile.end() || is_vector || choices.sum_at != "tile" ? 1 : tile->second;
  return size * window_of(roles, d);
}

double unrolled_taps(const Roles& roles, const Choices& choices) {
  double taps = 1.0;
  int left = choices.unrolled;
  for (const std::string& name : choices.reduction) {
    if (left == 0 || name == choices.vector.loop) continue;
    const auto loop = std::ranges::find(roles.sum->reduction, name, &Loop::name);
    taps *=
        loop == roles.sum->reduction.end() || loop->extent == dynamic_extent ? 1e9 : static_cast<double>(loop->extent);
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
    // A vector that is cut short is masked in every instruction.
    const bool is_vector = choices.vector.kind == Kind::shared && choices.vector.loop == loop.name;
    if (is_vector && loop.extent % std::max(1, choices.vector.size) != 0) factor *= 2.0;
  }
  return factor;
}

// Of an output that is no sum, for each of its values: what a tile has in common, and stores that lie apart.
double cost_of_stores(const Roles& roles, const Choices& choices, double in_vector) {
  const std::vector<Loop>& loops = roles.output->pure;
  const bool is_scattered = choices.vector.kind == Kind::shared && choices.vector.loop != loops.front().name;
  // Of two equals the tile that is longer along what lies together.
  double across = 0.0;
  for (std::size_t d = 0; d < loops.size(); ++d) {
    across += static_cast<double>(d) * std::log2(choices.tile.at(loops[d].name));
  }
  const double cost = 1.0 + 1.0 / (tile_size(choices) * in_vector) + 0.001 * across;
  return is_scattered ? cost * choices.vector.size : cost;
}

// How many loads a vector of a Func's elements takes, where a whole one takes `in_vector` registers.
double loads_of(const Roles& roles, const Choices& choices, const std::string& func, double in_vector) {
  const auto read = std::ranges::find(roles.sum->reads, func, &Read::func);
  if (read == roles.sum->reads.end()) return in_vector;  // read by a stage that is computed in place
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
    if (vector.kind != Kind::fused) return tile_size(choices) * vector_registers(choices, registers) <= 64.0;
    for (const Loop& loop : roles.output->pure) {
      if (loop.name != roles.output->pure[1].name && choices.tile.at(loop.name) > 1) return false;
    }
    return choices.tile.at(roles.output->pure[1].name) <= 8 &&
           std::ranges::all_of(choices.placed, [](const auto& entry) { return entry.second == "inline"; });
  }
  if (choices.sum_at == "element" && tile_size(choices) == 1.0) return false;  // the same as at the tile
  const double accumulators =
      static_cast<double>(accumulators_of(roles, choices)) * vector_registers(choices, registers);
  if (accumulators > 1.5 * registers.count) return false;
  // A sum at each element is written out as often as the tile has elements.
  const double times = choices.sum_at == "element" ? tile_size(choices) : 1.0;
  const double terms = times * accumulators * unrolled_taps(roles, choices);
  const double of_term = std::max(1.0, count_of(roles.sum->term, {}, {}).instructions);
  if (times > most_tile_elements || terms * of_term > most_unrolled) return false;
  if (choices.unrolled == 0 && choices.inside == "taps") return false;  // the same as the tile inside
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
  const double idle = in_vector * registers.floats / vector;  // a vector that fills no register
  if (roles.sum == nullptr) return idle * total_waste(roles, choices) * cost_of_stores(roles, choices, in_vector);
  const double elements = static_cast<double>(accumulators_of(roles, choices));
  const double sums = elements * in_vector;
  const TileCount tile = count_of_tile(roles, choices);
  double loads = 0.0, held = 0.0;
  for (const auto& [func, count] : tile.loads) {
    if (func == roles.sum->name) continue;
    loads += count * loads_of(roles, choices, func, in_vector);
    held = std::max(held, std::min(count, 4.0) * in_vector);
  }
  const double taps = unrolled_taps(roles, choices);
  double step = std::max({tile.instructions * in_vector, loads, independent_sums}) + 2.0 / taps;
  const double live = sums + held;
  if (live > registers.count) step *= 1.0 + 2.0 * (live - registers.count) / registers.count;
  double cost = step / (elements * vector) * registers.floats * total_waste(roles, choices);
  // Of two equals the shorter code: it is compiled sooner, and leaves more of the cache to others.
  cost *= 1.0 + sums * taps / (10.0 * most_unrolled);
  // The sum across a vector, once an element of the output.
  if (choices.vector.kind == Kind::reduction) cost += 8.0 * registers.floats / static_cast<double>(vector);
  for (const auto& [stage, place] : choices.placed) cost *= place == "root" || place == "inline" ? 1.0 : 1.1;
  return cost;
}

}  // namespace nestwright::tune::tiled
