// What to know about the directives on a stage's loops.
#include "dsl/directive_guide_groups.h"

namespace nestwright::dsl::guide {

std::vector<DirectiveGuide> loop_guides() {
  return {
      {.name = "split",
       .legal =
           "Any loop of the stage. The new loops take names that the stage does not have; one of them may keep the "
           "old name. Where the size does not divide the loop, the tail strategy says what happens to the rest; "
           "an output is never computed beyond its end.",
       .purpose = "The first step of every tile. The inner loop becomes a register tile (with unroll), a vector (with "
                  "vectorize) or a task (with parallel): 4 output channels at a time let each pixel that is loaded "
                  "serve 4 multiply-adds.",
       .example = {.op = "conv2d", .shape = conv2_shape, .line = "output.split(co, co_outer, co_inner, 4)"}},
      {.name = "tile",
       .legal = "As two splits: any two loops of the stage, new names, tails by the tail strategy.",
       .purpose = "Two-dimensional register tiles: 2 x 2 pixels use each weight that is loaded 4 times. With larger "
                  "tiles, keeps what neighbouring windows share in the L1 cache, which saves traffic.",
       .example = {.op = "conv2d", .shape = conv2_shape, .line = "output.tile(x, y, x_inner, y_inner, 2, 2)"}},
      {.name = "fuse",
       .legal =
           "Two loops of the stage with nothing in between; of a reduction, only with another loop of it whose order "
           "does not matter. The new name must not exist yet, but one of the two may be kept.",
       .purpose =
           "One long loop to cut into vectors or threads where each single one is too short: lanes and values of "
           "an activation lie one after another, so that vectors of any length are full, whatever the number of "
           "lanes.",
       .example = {.op = "relu", .shape = "lanes=16,size=4704", .line = "output.fuse(lane, i, value)"}},
      {.name = "reorder",
       .legal = "Loops of the stage, each once. Loops of a reduction may change places with one another only where the "
                "update is associative and commutative, as sums and maxima are.",
       .purpose =
           "Decides what is reused where. In an update, loops over the reduction are innermost to begin with; "
           "with the lane innermost instead, a vector over images can be made of it, and a weight is loaded once "
           "for all 16 of them.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_root()"},
                   .line = "conv.update(0).reorder(lane, kx, ky, ci)"}},
      {.name = "vectorize",
       .legal =
           "A loop whose extent is a constant, and whose iterations do not depend on each other; a loop of a "
           "reduction only after atomic(). With a size, the loop is split first, and tails go by the tail strategy.",
       .purpose = "Vectors over images: a block's 16 lanes lie next to each other, so that one load fills a vector, a "
                  "weight is a broadcast, and no vector has a tail. For blocks of one image, along x or a channel.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_at(output, x)"},
                   .line = "output.vectorize(lane)"}},
      {.name = "unroll",
       .legal = "A loop whose extent is a constant. With a size, the loop is split first.",
       .purpose =
           "Register tiles: the values of an unrolled loop become variables of their own, which stay in registers, "
           "and its address arithmetic becomes constants. More accumulators than the machine has registers (32 "
           "with AVX-512, else 16) spill to memory.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"output.split(co, co_outer, co_inner, 4)"},
                   .line = "output.reorder(lane, co_inner, x, y).unroll(co_inner)"}},
      {.name = "parallel",
       .legal =
           "A loop whose iterations do not depend on each other; a loop of a reduction only after atomic(). With a "
           "size, the loop is split first, and a task is so many iterations.",
       .purpose = "Threads within a kernel, for few images: a training step gives whole blocks of images to threads by "
                  "itself, and there a parallel loop only costs. A task should last some microseconds.",
       .example = {.op = "conv2d", .shape = conv2_shape, .line = "output.parallel(co)"}},
      {.name = "serial",
       .legal = "Always.",
       .purpose = "Takes back parallel, vectorize or unroll, which a statement before it, or an autoscheduler, said.",
       .example =
           {.op = "conv2d", .shape = conv2_shape, .context = {"output.parallel(co)"}, .line = "output.serial(co)"}},
  };
}

std::vector<DirectiveGuide> other_stage_guides() {
  return {
      {.name = "atomic",
       .legal =
           "Updates whose operation Halide proves associative: sums, products, minima, maxima. The order of the sum "
           "changes, and with it the last bits.",
       .purpose =
           "Adds up across a vector: the weight gradient keeps one partial sum an image, 16 in all, and adds them "
           "once a tap; in vectors this takes 4 steps, not 16.",
       .example = {.op = "conv2d_weight_gradient",
                   .shape = conv2_shape,
                   .context = {"lane_sums.compute_at(weight_gradient, ky)", "total.compute_at(weight_gradient, kx)"},
                   .line = "total.update(0).atomic().vectorize(lane_r)"}},
      {.name = "partition",
       .legal = "Any loop of the stage. It changes code only where a condition depends on the loop: padding, tails.",
       .purpose = "Never keeps code small where prologue and epilogue would be copies of a large unrolled body; Always "
                  "takes the test for padding out of the steady state's way.",
       .example =
           {.op = "relu",
            .shape = "lanes=1,size=84",
            .context = {"output.split(i, i_outer, i_inner, 16, GuardWithIf).reorder(i_inner, lane).vectorize(i_inner)"},
            .line = "output.partition(i_outer, Never)",
            .shown = Shown::code}},
      {.name = "prefetch",
       .legal = "A Func that the stage reads, and two of the stage's loops, the first within the second or the same. "
                "Prefetches of what lies beyond a buffer are left out (GuardWithIf) or go elsewhere.",
       .purpose =
           "Hides latency where the machine's own prefetcher does not see what comes next: rows of a weight matrix "
           "that are read once, in jumps. Activations of a block are in the L2 cache and need none.",
       .example = {.op = "linear",
                   .shape = linear2_shape,
                   .context = {"sum.compute_root().vectorize(lane)",
                               "sum.update(0).reorder(lane, k, o).vectorize(lane)"},
                   .line = "sum.update(0).prefetch(weight, o, o, 2)",
                   .shown = Shown::storage}},
      {.name = "specialize",
       .legal = "Numbers and extents of inputs and outputs may be compared; those are known when the kernel is called.",
       .purpose =
           "One kernel for calls of two kinds: threads within the kernel where it gets a single block of images, "
           "none where blocks keep the threads busy.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .line = "output.specialize(extent(output, b) == 1).parallel(co)"}},
      {.name = "specialize_fail",
       .legal = "On a stage that was specialized, once, after its last specialize.",
       .purpose =
           "Drops the code for calls that never come, which halves what is compiled; a call that comes all the same "
           "gets the message.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"output.specialize(extent(output, b) <= 64).parallel(co)"},
                   .line = "output.specialize_fail(\"at most 64 blocks of images a call\")"}},
      {.name = "unscheduled",
       .legal = "Always.",
       .purpose = "Says on purpose what Halide warns of: that of several stages of a Func this one has no directives.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_root().vectorize(lane)"},
                   .line = "conv.update(0).unscheduled()"}},
  };
}

}  // namespace nestwright::dsl::guide
