#include "tools/workbench/cost/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>

#include "support/error.h"
#include "support/timing.h"
#include "tools/workbench/cost/host_caches.h"

namespace nestwright::cost {
namespace {

// Each measurement is the quickest of so many, each of so many rounds of instructions. Both are choices: all
// measurements together take about a quarter of a second.
constexpr int repetitions = 7;
constexpr int rounds = 20'000;
constexpr double instructions_a_round = 8.0;
constexpr double additions_a_round = 4.0;

// Bytes that line_seconds() reads at least, in as many passes as that takes: a choice.
constexpr std::int64_t least_read_bytes = std::int64_t{4} << 20;

// The largest memory that is read, in bytes: a choice, which bounds how long that takes.
constexpr std::int64_t most_read_bytes = std::int64_t{256} << 20;

// Each macro makes a function that runs eight instructions `rounds` times; no compiler can leave out any of them.
#define NESTWRIGHT_EIGHT(name, i0, i1, i2, i3, i4, i5, i6, i7)                                                  \
  void name(char* memory) {                                                                                     \
    for (int round = 0; round < rounds; ++round) {                                                              \
      asm volatile(i0 "\n\t" i1 "\n\t" i2 "\n\t" i3 "\n\t" i4 "\n\t" i5 "\n\t" i6 "\n\t" i7                     \
                   :                                                                                            \
                   : "r"(memory)                                                                                \
                   : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9"); \
    }                                                                                                           \
  }
#define NESTWRIGHT_MULTIPLY_ADDS(name, r)                                                                        \
  NESTWRIGHT_EIGHT(name, "vfmadd213ps %%" r "8, %%" r "8, %%" r "0", "vfmadd213ps %%" r "8, %%" r "8, %%" r "1", \
                   "vfmadd213ps %%" r "8, %%" r "8, %%" r "2", "vfmadd213ps %%" r "8, %%" r "8, %%" r "3",       \
                   "vfmadd213ps %%" r "8, %%" r "8, %%" r "4", "vfmadd213ps %%" r "8, %%" r "8, %%" r "5",       \
                   "vfmadd213ps %%" r "8, %%" r "8, %%" r "6", "vfmadd213ps %%" r "8, %%" r "8, %%" r "7")
#define NESTWRIGHT_LOADS(name, op, r)                                                                                  \
  NESTWRIGHT_EIGHT(name, op " (%0), %%" r "0", op " 64(%0), %%" r "1", op " 128(%0), %%" r "2",                        \
                   op " 192(%0), %%" r "3", op " 256(%0), %%" r "4", op " 320(%0), %%" r "5", op " 384(%0), %%" r "6", \
                   op " 448(%0), %%" r "7")
#define NESTWRIGHT_STORES(name, op, r)                                                                                 \
  NESTWRIGHT_EIGHT(name, op " %%" r "0, (%0)", op " %%" r "1, 64(%0)", op " %%" r "2, 128(%0)",                        \
                   op " %%" r "3, 192(%0)", op " %%" r "4, 256(%0)", op " %%" r "5, 320(%0)", op " %%" r "6, 384(%0)", \
                   op " %%" r "7, 448(%0)")

NESTWRIGHT_MULTIPLY_ADDS(multiply_adds_64, "zmm")
NESTWRIGHT_MULTIPLY_ADDS(multiply_adds_32, "ymm")
NESTWRIGHT_MULTIPLY_ADDS(multiply_adds_16, "xmm")
NESTWRIGHT_LOADS(loads_64, "vmovups", "zmm")
NESTWRIGHT_LOADS(loads_32, "vmovups", "ymm")
NESTWRIGHT_LOADS(loads_16, "movups", "xmm")
NESTWRIGHT_LOADS(loads_4, "movss", "xmm")
NESTWRIGHT_STORES(stores_64, "vmovups", "zmm")
NESTWRIGHT_STORES(stores_32, "vmovups", "ymm")
NESTWRIGHT_STORES(stores_16, "movups", "xmm")
NESTWRIGHT_STORES(stores_4, "movss", "xmm")
NESTWRIGHT_EIGHT(chain_of_multiply_adds, "vfmadd213ps %%xmm8, %%xmm8, %%xmm0", "vfmadd213ps %%xmm8, %%xmm8, %%xmm0",
                 "vfmadd213ps %%xmm8, %%xmm8, %%xmm0", "vfmadd213ps %%xmm8, %%xmm8, %%xmm0",
                 "vfmadd213ps %%xmm8, %%xmm8, %%xmm0", "vfmadd213ps %%xmm8, %%xmm8, %%xmm0",
                 "vfmadd213ps %%xmm8, %%xmm8, %%xmm0", "vfmadd213ps %%xmm8, %%xmm8, %%xmm0")
NESTWRIGHT_EIGHT(multiplications_and_additions, "mulps %%xmm8, %%xmm0", "addps %%xmm9, %%xmm1", "mulps %%xmm8, %%xmm2",
                 "addps %%xmm9, %%xmm3", "mulps %%xmm8, %%xmm4", "addps %%xmm9, %%xmm5", "mulps %%xmm8, %%xmm6",
                 "addps %%xmm9, %%xmm7")
NESTWRIGHT_EIGHT(chain_of_additions, "addps %%xmm8, %%xmm0", "addps %%xmm8, %%xmm0", "addps %%xmm8, %%xmm0",
                 "addps %%xmm8, %%xmm0", "addps %%xmm8, %%xmm0", "addps %%xmm8, %%xmm0", "addps %%xmm8, %%xmm0",
                 "addps %%xmm8, %%xmm0")

constexpr NamedTime times[] = {{"cycle", &Machine::cycle},
                               {"multiply_add", &Machine::multiply_add},
                               {"narrow_multiply_add", &Machine::narrow_multiply_add},
                               {"multiply_add_latency", &Machine::multiply_add_latency},
                               {"load", &Machine::load},
                               {"narrow_load", &Machine::narrow_load},
                               {"store", &Machine::store},
                               {"narrow_store", &Machine::narrow_store},
                               {"near_line", &Machine::near_line}};

double of_each(void (*run)(char*), char* memory) {
  return quickest([&] { run(memory); }, repetitions) / (instructions_a_round * rounds);
}

double measure_cycle() {
  return quickest(
             [] {
               std::int64_t x = 0;
               for (int i = 0; i < rounds; ++i) {
                 asm volatile("add $1, %0\n\tadd $1, %0\n\tadd $1, %0\n\tadd $1, %0" : "+r"(x));
               }
             },
             repetitions) /
         (additions_a_round * rounds);
}

// The seconds that reading a line takes while a memory of `bytes` is read in order, again and again.
double line_seconds(std::int64_t bytes, std::int64_t line) {
  std::vector<char> memory(static_cast<std::size_t>(bytes), 1);
  const std::int64_t passes = std::max<std::int64_t>(1, least_read_bytes / bytes);
  return quickest(
             [&] {
               for (std::int64_t pass = 0; pass < passes; ++pass) {
                 for (std::int64_t i = 0; i < bytes; i += line) {
                   asm volatile("movups (%0), %%xmm0" : : "r"(memory.data() + i) : "xmm0");
                 }
               }
             },
             repetitions) /
         (static_cast<double>(passes) * static_cast<double>(bytes) / static_cast<double>(line));
}

void measure_arithmetic(Machine& machine, int bytes, bool has_multiply_add, char* memory) {
  if (!has_multiply_add) {
    machine.multiply_add = machine.narrow_multiply_add = 2.0 * of_each(multiplications_and_additions, memory);
    machine.multiply_add_latency = of_each(chain_of_additions, memory);
    return;
  }
  machine.multiply_add = of_each(bytes >= 64 ? multiply_adds_64 : multiply_adds_32, memory);
  machine.narrow_multiply_add = of_each(bytes >= 64 ? multiply_adds_32 : multiply_adds_16, memory);
  machine.multiply_add_latency = of_each(chain_of_multiply_adds, memory);
}

}  // namespace

std::span<const NamedTime> named_times() { return times; }

Machine quicker(const Machine& a, const Machine& b) {
  Machine machine = a;
  for (const auto& [name, time] : times) machine.*time = std::min(a.*time, b.*time);
  for (std::size_t i = 0; i < a.line.size(); ++i) {
    const double whole = std::min(a.near_line + a.line[i], b.near_line + b.line.at(i));
    machine.line[i] = std::max(0.0, whole - machine.near_line);
  }
  return machine;
}

double difference(const Machine& a, const Machine& b) {
  double most = 0.0;
  const auto compare = [&](double x, double y) { most = std::max({most, x / y - 1.0, y / x - 1.0}); };
  for (const auto& [name, time] : times) compare(a.*time, b.*time);
  for (std::size_t i = 0; i < a.line.size(); ++i) compare(a.near_line + a.line[i], b.near_line + b.line.at(i));
  return most;
}

Machine measure_machine(const Halide::Target& target) {
  if (target.arch != Halide::Target::X86) {
    throw Error("--target", fmt::format("{} cannot be measured here; expected a target of x86", target.to_string()));
  }
  if (target.natural_vector_size<std::uint8_t>() > Halide::get_host_target().natural_vector_size<std::uint8_t>()) {
    throw Error("--target", fmt::format("{} has wider vectors than this machine, which cannot measure them; expected "
                                        "{} or narrower",
                                        target.to_string(), Halide::get_host_target().to_string()));
  }
  Machine machine;
  machine.caches = host_caches().caches;
  alignas(64) char memory[512] = {};  // eight vectors of 64 bytes, the widest
  const int bytes = target.natural_vector_size<std::uint8_t>();
  machine.cycle = measure_cycle();
  measure_arithmetic(machine, bytes, target.has_feature(Halide::Target::FMA), memory);
  machine.load = of_each(bytes >= 64 ? loads_64 : bytes >= 32 ? loads_32 : loads_16, memory);
  machine.narrow_load = of_each(loads_4, memory);
  machine.store = of_each(bytes >= 64 ? stores_64 : bytes >= 32 ? stores_32 : stores_16, memory);
  machine.narrow_store = of_each(stores_4, memory);
  // Each memory fits the next level with room to spare, and is larger than this one.
  const std::vector<CacheShape>& caches = machine.caches;
  machine.near_line = line_seconds(caches[0].bytes / 2, caches[0].line);
  const std::int64_t sizes[] = {caches[1].bytes / 2, std::min(caches[2].bytes / 2, caches[1].bytes * 4),
                                std::min<std::int64_t>(caches[2].bytes * 2, most_read_bytes)};
  for (const std::int64_t size : sizes) {
    machine.line.push_back(std::max(0.0, line_seconds(size, caches[0].line) - machine.near_line));
  }
  return machine;
}

}  // namespace nestwright::cost
