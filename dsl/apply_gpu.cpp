// Directives that map loops to a GPU.
#include "dsl/applying.h"

namespace nestwright::dsl::applying {
namespace {

using Halide::VarOrRVar;

std::vector<VarOrRVar> all_loops(const Application& application, Cursor& cursor, const Call& call) {
  const std::vector<VarOrRVar> found = find_loops(application, cursor, call.arguments, 0, call.arguments.size());
  for (const VarOrRVar& each : found) leave_races_to_proof(cursor, each);
  return found;
}

void gpu_blocks(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<VarOrRVar> v = all_loops(application, cursor, call);
  if (v.size() == 1) cursor.stage.gpu_blocks(v[0]);
  if (v.size() == 2) cursor.stage.gpu_blocks(v[0], v[1]);
  if (v.size() == 3) cursor.stage.gpu_blocks(v[0], v[1], v[2]);
}

void gpu_threads(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<VarOrRVar> v = all_loops(application, cursor, call);
  if (v.size() == 1) cursor.stage.gpu_threads(v[0]);
  if (v.size() == 2) cursor.stage.gpu_threads(v[0], v[1]);
  if (v.size() == 3) cursor.stage.gpu_threads(v[0], v[1], v[2]);
}

void gpu_lanes(Application& application, Cursor& cursor, const Call& call) {
  cursor.stage.gpu_lanes(all_loops(application, cursor, call)[0]);
}

void gpu_single_thread(Application&, Cursor& cursor, const Call&) { cursor.stage.gpu_single_thread(); }

// gpu_tile is what Halide makes of it: splits, the inner loops innermost, blocks and threads. Writing it out serves
// one to three loops alike.
void gpu_tile(Application& application, Cursor& cursor, const Call& call) {
  const std::vector<Expression>& a = call.arguments;
  std::size_t sizes = 0, names = 0;
  for (const Expression& argument : a) {
    sizes += argument.kind == Expression::Kind::integer ? 1 : 0;
    names += argument.kind == Expression::Kind::name ? 1 : 0;
  }
  const bool names_blocks = names == 3 * sizes;  // else the blocks keep the loops' names
  const std::vector<VarOrRVar> old = find_loops(application, cursor, a, 0, sizes);
  std::vector<VarOrRVar> blocks, threads;
  std::vector<SplitLoop> splits;
  for (std::size_t i = 0; i < sizes; ++i) {
    leave_races_to_proof(cursor, old[i]);
    blocks.push_back(new_loop(application, cursor, a[names_blocks ? sizes + i : i], {a[i]}));
    threads.push_back(new_loop(application, cursor, a[names - sizes + i], {a[i]}));
    splits.push_back({old[i], a[names + i].value});
  }
  const Halide::TailStrategy strategy = tail_strategy(application, cursor, call, names + sizes, splits);
  for (std::size_t i = 0; i < sizes; ++i) cursor.stage.split(old[i], blocks[i], threads[i], splits[i].size, strategy);
  std::vector<VarOrRVar> order = threads;
  order.insert(order.end(), blocks.begin(), blocks.end());
  cursor.stage.reorder(order);
  if (sizes == 1) cursor.stage.gpu_blocks(blocks[0]).gpu_threads(threads[0]);
  if (sizes == 2) cursor.stage.gpu_blocks(blocks[0], blocks[1]).gpu_threads(threads[0], threads[1]);
  if (sizes == 3) {
    cursor.stage.gpu_blocks(blocks[0], blocks[1], blocks[2]).gpu_threads(threads[0], threads[1], threads[2]);
  }
}

}  // namespace

const std::map<std::string, Apply>& gpu_directives() {
  static const std::map<std::string, Apply> table = {{"gpu_blocks", gpu_blocks},
                                                     {"gpu_threads", gpu_threads},
                                                     {"gpu_lanes", gpu_lanes},
                                                     {"gpu_tile", gpu_tile},
                                                     {"gpu_single_thread", gpu_single_thread}};
  return table;
}

}  // namespace nestwright::dsl::applying
