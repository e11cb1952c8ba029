// Writes a tiled schedule as .nest text.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/workbench/tune/tiled.h"

namespace nestwright::tune::tiled {
namespace {

using Kind = VectorLoop::Kind;
using Names = std::vector<std::string>;

std::string joined(const Names& names) { return fmt::format("{}", fmt::join(names, ", ")); }

// The longest loops, in iterations, that are unrolled in a stage after the sum, vectorized in a producer, and
// vectorized in a transposed input, and how often a transposed input is unrolled. All are choices.
constexpr std::int64_t most_unrolled_window = 4;
constexpr std::int64_t most_vectorized = 64;
constexpr std::int64_t most_transposed = 32;
constexpr int unrolled_transposed = 4;

// The text while it is put together, and what it is made from.
struct Writer {
  const Structure& structure;
  const Roles& roles;
  const Choices& choices;
  Names tiled;    // the output's loops that are tiled, innermost first
  Names outside;  // loops outside the tile, innermost first, those over blocks included
  std::string text = {};

  bool is_tiled(const std::string& loop) const { return choices.tile.at(loop) > 1; }
  // The name of the loop that encloses a tile.
  std::string tile_loop() const { return outside.empty() ? "outermost" : outside.front(); }
  // The name of the output's innermost loop that does not run in vectors.
  std::string element_loop() const { return tiled.empty() ? tile_loop() : tiled.front() + "_inner"; }
  bool has_vector(const StageStructure& stage) const {
    const bool is_of_stage = choices.vector.kind == Kind::shared || choices.vector.kind == Kind::sum_only;
    return is_of_stage && stage.find(choices.vector.loop) != nullptr;
  }
};

void write_fused_output(Writer& writer) {
  const Names names = {writer.roles.output->pure[0].name, writer.roles.output->pure[1].name};
  writer.text += fmt::format("{}.fuse({}, value).vectorize(value, {}, GuardWithIf)", writer.roles.output->name,
                             joined(names), writer.choices.vector.size);
  const int vectors = writer.choices.tile.at(names[1]);
  if (vectors > 1) writer.text += fmt::format(".unroll(value, {}, GuardWithIf)", vectors);
  writer.text += "\n";
}

void write_output(Writer& writer) {
  const Choices& choices = writer.choices;
  const std::string& name = writer.roles.output->name;
  if (choices.vector.kind == Kind::fused) return write_fused_output(writer);
  std::string splits;
  Names order;
  const bool is_split = choices.vector.kind == Kind::shared && choices.vector.is_split;
  if (is_split) {
    splits += fmt::format(".split({0}, {0}, {0}_inner, {1})", choices.vector.loop, choices.vector.size);
    order.push_back(choices.vector.loop + "_inner");
  } else if (choices.vector.kind == Kind::shared) {
    order.push_back(choices.vector.loop);
  }
  for (const std::string& loop : writer.tiled) {
    splits += fmt::format(".split({0}, {0}, {0}_inner, {1})", loop, choices.tile.at(loop));
    order.push_back(loop + "_inner");
  }
  const std::string vector = order.empty() ? "" : order.front();
  order.insert(order.end(), writer.outside.begin(), writer.outside.end());
  writer.text += name + splits;
  if (order.size() > 1) writer.text += fmt::format("{}.reorder({})", splits.empty() ? "" : "\n    ", joined(order));
  if (choices.vector.kind == Kind::shared) writer.text += fmt::format(".vectorize({})", vector);
  // An output of single numbers gains nothing by unrolling: for each, a stage after the sum adds up a whole vector.
  if (choices.vector.kind != Kind::sum_only) {
    for (const std::string& loop : writer.tiled) writer.text += fmt::format(".unroll({}_inner)", loop);
  }
  if (order.size() <= 1 && choices.vector.kind != Kind::shared) writer.text += ".compute_root()";
  writer.text += "\n";
}

void write_sum(Writer& writer) {
  const Choices& choices = writer.choices;
  const StageStructure& sum = *writer.roles.sum;
  const bool at_tile = choices.sum_at == "tile";
  Names tile;
  for (const Loop& loop : writer.roles.output->pure) {
    const bool is_vector = choices.vector.kind == Kind::shared && loop.name == choices.vector.loop;
    const bool is_looked_through = !writer.roles.consumers.empty() && choices.tile.contains(loop.name) &&
                                   loop.extent != dynamic_extent && loop.name != "lane";
    if (!is_vector && ((at_tile && writer.is_tiled(loop.name)) || is_looked_through)) tile.push_back(loop.name);
  }
  std::string unrolls;
  for (const std::string& loop : tile) unrolls += fmt::format(".unroll({})", loop);
  const std::string vector = writer.has_vector(sum) ? fmt::format(".vectorize({})", choices.vector.loop) : "";
  writer.text += fmt::format("{}.compute_at({}, {}){}{}\n", sum.name, writer.roles.output->name,
                             at_tile ? writer.tile_loop() : writer.element_loop(), vector, unrolls);
  if (choices.inside == "tile reversed") std::ranges::reverse(tile);
  Names order;
  std::string taps;
  const bool adds_up = choices.vector.kind == Kind::reduction;
  if (adds_up) order.push_back(choices.vector.loop);
  if (!vector.empty()) order.push_back(choices.vector.loop);
  Names reductions;
  for (const std::string& loop : choices.reduction) {
    if (!adds_up || loop != choices.vector.loop) reductions.push_back(loop);
  }
  const std::size_t unrolled = std::min(reductions.size(), static_cast<std::size_t>(choices.unrolled));
  for (std::size_t i = 0; i < unrolled; ++i) taps += fmt::format(".unroll({})", reductions[i]);
  const auto end_of_taps = reductions.begin() + static_cast<std::ptrdiff_t>(unrolled);
  if (choices.inside == "taps") order.insert(order.end(), reductions.begin(), end_of_taps);
  order.insert(order.end(), tile.begin(), tile.end());
  order.insert(order.end(), choices.inside == "taps" ? end_of_taps : reductions.begin(), reductions.end());
  const std::string sum_vector = adds_up ? fmt::format(".atomic().vectorize({})", choices.vector.loop) : vector;
  writer.text +=
      fmt::format("{}.update(0){}{}{}{}\n", sum.name,
                  order.size() > 1 ? fmt::format(".reorder({})", joined(order)) : "", sum_vector, unrolls, taps);
}

void write_consumer(Writer& writer, const StageStructure& stage) {
  const Choices& choices = writer.choices;
  const std::string vector = writer.has_vector(stage) ? fmt::format(".vectorize({})", choices.vector.loop) : "";
  writer.text +=
      fmt::format("{}.compute_at({}, {}){}\n", stage.name, writer.roles.output->name, writer.element_loop(), vector);
  if (stage.updates == 0) return;
  std::string directives = vector;
  for (const Loop& loop : stage.reduction) {
    // A loop over the lanes of the sum becomes a sum across a vector.
    const auto reads_lanes = [&](const Read& read) {
      const StageStructure* const sum = writer.roles.sum;
      return sum != nullptr && read.func == sum->name && choices.vector.kind == Kind::sum_only &&
             read.depends_on(loop.name) && vector.empty();
    };
    if (std::ranges::any_of(stage.reads, reads_lanes)) {
      directives += fmt::format(".atomic().vectorize({})", loop.name);
    } else if (loop.extent > 0 && loop.extent <= most_unrolled_window) {
      directives += fmt::format(".unroll({})", loop.name);
    }
  }
  if (!directives.empty()) writer.text += fmt::format("{}.update(0){}\n", stage.name, directives);
}

void write_producer(Writer& writer, const StageStructure& stage) {
  const std::string& place = writer.choices.placed.at(stage.name);
  if (place == "inline") return;
  const std::string loop =
      place.starts_with("tile") || writer.outside.empty() ? writer.tile_loop() : writer.choices.outer.back();
  writer.text += place == "root" ? fmt::format("{}.compute_root()", stage.name)
                                 : fmt::format("{}.compute_at({}, {})", stage.name, writer.roles.output->name, loop);
  const std::string& inner = writer.choices.vector.loop;
  const Loop* const vector = stage.find(inner);
  if (vector != nullptr && vector->extent > 1 && vector->extent <= most_vectorized) {
    if (place.ends_with("unrolled")) {
      const Names others = [&] {
        Names names;
        for (const Loop& other : stage.pure) {
          if (other.name != inner && other.name != "b") names.push_back(other.name);
        }
        return names;
      }();
      if (!others.empty()) writer.text += fmt::format(".reorder({}, {})", inner, joined(others));
      writer.text += fmt::format(".unroll({})", inner);
    } else {
      writer.text += fmt::format(".vectorize({})", inner);
    }
  }
  writer.text += "\n";
}

// Writes the copy of an input in which the vector's loop is contiguous.
void write_transposed(Writer& writer, const StageStructure& input) {
  const auto read = std::ranges::find(writer.roles.sum->reads, input.name, &Read::func);
  std::size_t contiguous = 0;
  for (std::size_t d = 0; d < read->loops.size(); ++d) {
    if (std::ranges::find(read->loops[d], writer.choices.vector.loop) != read->loops[d].end()) contiguous = d;
  }
  Names order = {input.pure.at(contiguous).name};
  for (const Loop& loop : input.pure) {
    if (loop.name != order.front()) order.push_back(loop.name);
  }
  writer.text += fmt::format("{}.reorder_storage({}).compute_root()", input.name, joined(order));
  const Loop& first = input.pure.front();
  if (first.extent > 1 && first.extent <= most_transposed) {
    writer.text +=
        fmt::format(".vectorize({}).unroll({}, {}, GuardWithIf)", first.name, order.front(), unrolled_transposed);
  }
  writer.text += "\n";
}

}  // namespace

std::string statements_of(const Structure& structure, const Roles& roles, const Choices& choices) {
  Writer writer = {structure, roles, choices, {}, choices.outer};
  for (const Loop& loop : roles.output->pure) {
    if (choices.tile.at(loop.name) > 1) writer.tiled.push_back(loop.name);
    const bool is_vector = choices.vector.kind == Kind::shared && choices.vector.loop == loop.name;
    const bool stays = std::ranges::find(choices.outer, loop.name) != choices.outer.end();
    if (is_vector && !choices.vector.is_split) {
      std::erase(writer.outside, loop.name);
    } else if (!stays) {
      writer.outside.push_back(loop.name);
    }
  }
  write_output(writer);
  for (const StageStructure* stage : roles.consumers) write_consumer(writer, *stage);
  if (roles.sum != nullptr) write_sum(writer);
  for (const StageStructure* stage : roles.producers) write_producer(writer, *stage);
  for (const StageStructure& input : structure.inputs) {
    const auto transposed = choices.is_transposed.find(input.name);
    if (transposed != choices.is_transposed.end() && transposed->second) write_transposed(writer, input);
  }
  return writer.text;
}

}  // namespace nestwright::tune::tiled
