#include "tools/workbench/cost/host_caches.h"

#include <cpuid.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <optional>

namespace nestwright::cost {
namespace {

constexpr std::size_t levels = 3;

// Caches that most x86-64 servers have at least: 32 KiB, 1 MiB, and 32 MiB as a core's share of the last level.
const std::vector<CacheShape> usual_caches = {{.name = "L1", .bytes = 32 << 10, .ways = 8},
                                              {.name = "L2", .bytes = 1 << 20, .ways = 16},
                                              {.name = "L3", .bytes = 32 << 20, .ways = 16}};

// The first word of a file as a Value; nothing where it can't be read.
template <typename Value>
std::optional<Value> read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  Value value = {};
  return stream >> value ? std::optional(value) : std::nullopt;
}

bool is_known(const CacheShape& shape) { return shape.bytes > 0 && shape.ways > 0 && shape.line > 0; }

std::vector<CacheShape> if_all_levels(const std::vector<CacheShape>& caches) {
  for (std::size_t i = 0; i < caches.size(); ++i) {
    if (!is_known(caches[i]) || caches[i].name != fmt::format("L{}", i + 1)) return {};
  }
  return caches.size() == levels ? caches : std::vector<CacheShape>{};
}

std::string text_of(const std::vector<CacheShape>& caches) {
  std::string text;
  for (const CacheShape& cache : caches) {
    text += fmt::format("{}{} {} KB", text.empty() ? "" : ", ", cache.name, cache.bytes / 1024);
  }
  return text;
}

using Registers = std::array<unsigned, 4>;  // EAX, EBX, ECX, EDX

// The leaf of CPUID that describes this processor's caches.
unsigned cache_leaf() {
  constexpr unsigned intel = 4, amd = 0x8000001D;
  Registers r = {};
  constexpr unsigned extensions_of_topology = 1U << 22;
  const bool has_amd_leaf = __get_cpuid_max(0x80000000, nullptr) >= amd &&
                            __get_cpuid(0x80000001, &r[0], &r[1], &r[2], &r[3]) != 0 &&
                            (r[2] & extensions_of_topology) != 0;
  return has_amd_leaf ? amd : intel;
}

}  // namespace

std::vector<CacheShape> caches_described_in(const std::filesystem::path& folder) {
  std::vector<CacheShape> caches;
  for (int index = 0;; ++index) {
    const std::filesystem::path cache = folder / fmt::format("index{}", index);
    const std::optional<std::string> type = read<std::string>(cache / "type");
    if (!type) break;
    if (*type == "Instruction") continue;
    // `size` is in KiB, for example "32K".
    caches.push_back({.name = fmt::format("L{}", read<int>(cache / "level").value_or(0)),
                      .bytes = read<std::int64_t>(cache / "size").value_or(0) * 1024,
                      .ways = read<std::int64_t>(cache / "ways_of_associativity").value_or(0),
                      .line = read<std::int64_t>(cache / "coherency_line_size").value_or(0)});
  }
  return if_all_levels(caches);
}

std::vector<CacheShape> caches_of_processor() {
  constexpr unsigned none = 0, instructions = 2, most_caches = 16;
  const unsigned leaf = cache_leaf();
  std::vector<CacheShape> caches;
  for (unsigned index = 0; index < most_caches; ++index) {
    Registers r = {};
    if (__get_cpuid_count(leaf, index, &r[0], &r[1], &r[2], &r[3]) == 0) break;
    const unsigned type = r[0] & 0x1F;
    if (type == none) break;
    if (type == instructions) continue;
    const std::int64_t ways = (r[1] >> 22) + 1, partitions = ((r[1] >> 12) & 0x3FF) + 1, line = (r[1] & 0xFFF) + 1;
    const std::int64_t sets = std::int64_t{r[2]} + 1;
    caches.push_back({.name = fmt::format("L{}", (r[0] >> 5) & 7),
                      .bytes = ways * partitions * line * sets,
                      .ways = ways,
                      .line = line});
  }
  return if_all_levels(caches);
}

HostCaches first_known(const std::vector<CacheShape>& of_linux, const std::vector<CacheShape>& of_processor) {
  if (!of_linux.empty()) return {.caches = of_linux, .source = {}};
  if (!of_processor.empty()) {
    return {
        .caches = of_processor,
        .source = fmt::format("caches as the processor tells them, since /sys does not: {}", text_of(of_processor))};
  }
  return {.caches = usual_caches,
          .source = fmt::format("neither /sys nor the processor tells its caches; {} are taken for granted (explain "
                                "--cache sets others)",
                                text_of(usual_caches))};
}

HostCaches host_caches() {
  return first_known(caches_described_in("/sys/devices/system/cpu/cpu0/cache"), caches_of_processor());
}

}  // namespace nestwright::cost
