#include "tools/workbench/cost/gpu_kernel.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <tuple>

namespace nestwright::cost {
namespace {

constexpr std::int64_t sector_bytes = 32;
constexpr std::int64_t bank_bytes = 4;
constexpr std::int64_t banks = 32;

// The axis of a loop over blocks or threads, 0 to 2: its name ends in x, y or z.
std::size_t axis_of(const std::string& loop) {
  const char last = loop.back();
  return last == 'y' ? 1 : last == 'z' ? 2 : 0;
}

// The name without the number that Halide adds where the process had the name before: output$1, sum_1_intm (of
// rfactor()).
std::string without_number(const std::string& name) {
  static const std::regex number("\\$[0-9]+|_[0-9]+(?=_intm)");
  return std::regex_replace(name, number, "");
}

class KernelReader {
 public:
  explicit KernelReader(Nest& nest) : nest_(nest) {}

  GpuKernel read(const Loop& outermost) {
    kernel_.name = without_number(outermost.name.substr(0, outermost.name.find('.')));
    kernel_.loop = outermost.name;
    find_threads(outermost);
    kernel_.load_rounds = read(outermost, 1.0);
    for (auto& [key, access] : accesses_) kernel_.accesses.push_back(access);
    for (const int buffer : shared_) {
      const Buffer& memory = nest_.buffers[static_cast<std::size_t>(buffer)];
      kernel_.shared_bytes += memory.elements * memory.element_bytes;
    }
    return kernel_;
  }

 private:
  // Collects the extents of the loops over blocks and threads, and the symbols of those over threads: their values are
  // a thread's place in its block.
  void find_threads(const Loop& loop) {
    nest_.symbols.set(loop.symbol, nest_.symbols.evaluate(loop.first));
    const std::int64_t extent = nest_.symbols.evaluate(loop.extent);
    const std::size_t axis = axis_of(loop.name);
    if (loop.kind == LoopKind::gpu_block) kernel_.blocks[axis] = std::max(kernel_.blocks[axis], extent);
    if (loop.kind == LoopKind::gpu_thread) {
      kernel_.threads[axis] = std::max(kernel_.threads[axis], extent);
      thread_symbols_.emplace_back(loop.symbol, axis);
    }
    find_threads(loop.body);
  }
  void find_threads(const Body& body) {
    for (const Node& node : body.nodes) {
      if (const auto* loop = std::get_if<Loop>(&node.content)) find_threads(*loop);
      if (const auto* branch = std::get_if<Branch>(&node.content)) {
        find_threads(branch->then_body);
        find_threads(branch->else_body);
      }
    }
  }

  // Counts what a thread does that executes the loop `times` times. Returns the rounds of loads from global memory that
  // one execution waits for.
  double read(const Loop& loop, double times) {
    nest_.symbols.set(loop.symbol, nest_.symbols.evaluate(loop.first));
    const auto extent = static_cast<double>(nest_.symbols.evaluate(loop.extent));
    const bool is_spread = loop.kind == LoopKind::gpu_block || loop.kind == LoopKind::gpu_thread;
    return is_spread ? read(loop.body, times) : extent * read(loop.body, times * extent);
  }
  double read(const Body& body, double times) {
    const auto threads = static_cast<double>(kernel_.thread_count() * kernel_.block_count());
    kernel_.flops += times * body.arithmetic.flops * threads;
    double rounds = 0.0;
    bool has_loads = false;  // directly in this body, from global memory: they are under way together
    for (const Node& node : body.nodes) {
      if (const auto* access = std::get_if<Access>(&node.content)) {
        add(*access, times);
        has_loads = has_loads || (!access->is_store && is_global(*access));
      } else if (const auto* loop = std::get_if<Loop>(&node.content)) {
        rounds += read(*loop, times);
      } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
        rounds += read(nest_.symbols.evaluate(branch->condition) != 0 ? branch->then_body : branch->else_body, times);
      }
    }
    return has_loads ? rounds + 1.0 : rounds;
  }

  bool is_global(const Access& access) const {
    const Place place = nest_.buffers[static_cast<std::size_t>(access.buffer)].place;
    return place != Place::registers && place != Place::stack && place != Place::shared;
  }

  // The bytes, counted from the buffer's beginning, at which the elements lie that the threads of the first warp ask
  // for.
  std::vector<std::int64_t> addresses(const Access& access, std::int64_t element_bytes) {
    std::vector<std::int64_t> found;
    for (std::int64_t thread = 0; thread < std::min(warp_size, kernel_.thread_count()); ++thread) {
      const std::array<std::int64_t, 3> place = {thread % kernel_.threads[0],
                                                 thread / kernel_.threads[0] % kernel_.threads[1],
                                                 thread / kernel_.threads[0] / kernel_.threads[1]};
      for (const auto& [symbol, axis] : thread_symbols_) nest_.symbols.set(symbol, place[axis]);
      for (std::int64_t i = 0; i < access.width; ++i) {
        found.push_back((nest_.symbols.evaluate(access.index) + i) * element_bytes);
      }
    }
    for (const auto& [symbol, axis] : thread_symbols_) nest_.symbols.set(symbol, 0);
    return found;
  }

  static double sectors(const std::vector<std::int64_t>& asked) {
    std::set<std::int64_t> touched;
    for (const std::int64_t address : asked) touched.insert(address / sector_bytes);
    return static_cast<double>(touched.size());
  }

  // The passes of one access to shared memory: as many as there are different words in the bank that has most. Threads
  // that ask for the same word share a pass.
  static double passes(const std::vector<std::int64_t>& asked) {
    std::map<std::int64_t, std::set<std::int64_t>> words;
    for (const std::int64_t address : asked) words[address / bank_bytes % banks].insert(address / bank_bytes);
    std::size_t most = 1;
    for (const auto& [bank, in_bank] : words) most = std::max(most, in_bank.size());
    return static_cast<double>(most);
  }

  void add(const Access& access, double times) {
    const Buffer& buffer = nest_.buffers[static_cast<std::size_t>(access.buffer)];
    if (buffer.place == Place::registers || buffer.place == Place::stack) return;
    GpuAccess found = {.buffer = without_number(buffer.name),
                       .is_store = access.is_store,
                       .is_shared = buffer.place == Place::shared,
                       .is_known = nest_.symbols.is_known(access.index),
                       .element_bytes = static_cast<int>(buffer.element_bytes)};
    if (found.is_shared) shared_.insert(access.buffer);
    const std::vector<std::int64_t> asked = addresses(access, buffer.element_bytes);
    const std::set<std::int64_t> distinct(asked.begin(), asked.end());
    const auto bytes = static_cast<std::int64_t>(distinct.size()) * buffer.element_bytes;
    found.distinct = static_cast<int>(distinct.size());
    const std::int64_t unit = found.is_shared ? bank_bytes * banks : sector_bytes;
    const std::int64_t least = (bytes + unit - 1) / unit;
    found.transactions = found.is_shared ? passes(asked) : sectors(asked);
    found.least_transactions = std::min(found.transactions, static_cast<double>(least));
    const auto key = std::tuple(found.is_shared, found.buffer, found.is_store, found.distinct, found.transactions);
    accesses_.emplace(key, found).first->second.per_thread += times;
  }

  Nest& nest_;
  GpuKernel kernel_;
  std::vector<std::pair<int, std::size_t>> thread_symbols_;
  std::set<int> shared_;
  std::map<std::tuple<bool, std::string, bool, int, double>, GpuAccess> accesses_;
};

void find_kernels(Nest& nest, const Body& body, bool is_launched, std::vector<GpuKernel>& kernels) {
  for (const Node& node : body.nodes) {
    if (const auto* loop = std::get_if<Loop>(&node.content)) {
      const bool is_gpu = loop->kind == LoopKind::gpu_block || loop->kind == LoopKind::gpu_thread;
      if (is_gpu) {
        kernels.push_back(KernelReader(nest).read(*loop));
        kernels.back().is_launched = is_launched;
      } else {
        nest.symbols.set(loop->symbol, nest.symbols.evaluate(loop->first));
        find_kernels(nest, loop->body, is_launched, kernels);
      }
    } else if (const auto* branch = std::get_if<Branch>(&node.content)) {
      const bool is_taken = nest.symbols.evaluate(branch->condition) != 0;
      find_kernels(nest, branch->then_body, is_launched && is_taken, kernels);
      find_kernels(nest, branch->else_body, is_launched && !is_taken, kernels);
    }
  }
}

}  // namespace

double GpuKernel::global_bytes() const {
  double sectors = 0.0;
  for (const GpuAccess& access : accesses) {
    if (!access.is_shared) sectors += access.per_thread * access.transactions;
  }
  return sectors * static_cast<double>(sector_bytes * warps() * block_count());
}

std::vector<GpuKernel> gpu_kernels(Nest& nest) {
  std::vector<GpuKernel> kernels;
  find_kernels(nest, nest.body, /*is_launched=*/true, kernels);
  return kernels;
}

}  // namespace nestwright::cost
