// What to know about the directives on where a Func is computed and kept.
#include "dsl/directive_guide_groups.h"

namespace nestwright::dsl::guide {
namespace {

// Halide keeps the values of one iteration for the next: `spread` is a gradient with zeros around, read by 5 x 5 taps.
const std::string spread_shape = conv2_shape;

std::vector<DirectiveGuide> computing_guides() {
  return {
      {.name = "compute_root",
       .legal = "Any Func but an output, which is computed so anyway.",
       .purpose = "Values that several Funcs read, or that are needed again long after; costs a trip to the cache that "
                  "holds all of them and back. Of an input: a copy in another order, made once a call.",
       .example = {.op = "conv2d", .shape = conv2_shape, .line = "conv.compute_root()"}},
      {.name = "compute_at",
       .legal =
           "A loop that encloses every use of the Func: of its only consumer, or one that all consumers share. The "
           "loop may be made by a later statement.",
       .purpose = "Staging. At the innermost loop outside a tile, the accumulators of the tile live in registers; at a "
                  "loop further out, a slab of values lives in the L1 cache between producer and consumer and never "
                  "makes traffic beyond it. On a GPU, at a loop over blocks: in shared memory.",
       .example = {.op = "conv2d", .shape = conv2_shape, .line = "conv.compute_at(output, x)"}},
      {.name = "compute_inline",
       .legal = "Any Func without updates that is not an output; a Func with updates is computed at its innermost use.",
       .purpose =
           "Values that are cheaper to compute again than to store and load: zeros around an image, a rectifier, "
           "an index. What a Func is to begin with.",
       .example = {.op = "conv2d_input_gradient",
                   .algorithm = "spread",
                   .shape = spread_shape,
                   .context = {"spread.compute_root()"},
                   .line = "spread.compute_inline()"}},
      {.name = "compute_with",
       .legal =
           "Two stages computed at the same place, neither of which uses the other, whose loops from the outermost "
           "to the named one match in name, kind and size.",
       .purpose =
           "Two outputs that read the same values, which are then loaded and staged once: loss and gradient share "
           "the loop over blocks, and with it the softmax below.",
       .example = {.op = "softmax_cross_entropy",
                   .shape = loss_shape,
                   .line = "loss.compute_with(logits_gradient, b)"}},
  };
}

std::vector<DirectiveGuide> storing_guides() {
  return {
      {.name = "store_at",
       .legal = "A Func with compute_at; the loop is the same or encloses the one that it is computed at.",
       .purpose =
           "Sliding windows: what an iteration computed is still there for the next, which adds only what is new. "
           "Windows of 5 rows overlap in 4; each row of `spread` is computed once, not 5 times. Halide folds the "
           "storage down to the rows in use.",
       .example = {.op = "conv2d_input_gradient",
                   .algorithm = "spread",
                   .shape = spread_shape,
                   .context = {"spread.compute_at(input_gradient, y)"},
                   .line = "spread.store_at(input_gradient, b)"}},
      {.name = "store_root",
       .legal = "A Func with compute_at.",
       .purpose =
           "As store_at, with storage over the whole call; its size may be known only then, which takes heap memory.",
       .example = {.op = "conv2d_input_gradient",
                   .algorithm = "spread",
                   .shape = spread_shape,
                   .context = {"spread.compute_at(input_gradient, y)"},
                   .line = "spread.store_root()"}},
      {.name = "store_in",
       .legal =
           "Stack and Register need a size that is known when the kernel is made; GPUShared needs a GPU, and a Func "
           "that is computed within a loop over blocks.",
       .purpose = "A tile on the stack costs no call of an allocator, which counts in kernels of some microseconds; "
                  "GPUShared stages what the threads of a block share.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_at(output, y)"},
                   .line = "conv.store_in(Stack)",
                   .shown = Shown::storage}},
      {.name = "hoist_storage",
       .legal = "A loop that encloses the one that the Func is stored at.",
       .purpose =
           "Allocates once where a stage deep within is computed again and again, and still keeps no value from one "
           "iteration to the next: no allocator's call in the inner loops, no larger memory.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_at(output, y)"},
                   .line = "conv.hoist_storage(output, b)",
                   .shown = Shown::storage}},
      {.name = "hoist_storage_root",
       .legal = "Any Func that is stored within a loop.",
       .purpose = "As hoist_storage, once a call.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_at(output, y)"},
                   .line = "conv.hoist_storage_root()",
                   .shown = Shown::storage}},
  };
}

std::vector<DirectiveGuide> layout_guides() {
  return {
      {.name = "reorder_storage",
       .legal =
           "Dimensions of a Func that is stored within the kernel; an output and an input itself lie as their buffers.",
       .purpose = "A transpose on the way: with the features of a block contiguous instead of its images, the linear "
                  "weight gradient loads vectors of 16 inputs, and adds up no vector across.",
       .example = {.op = "linear_weight_gradient",
                   .shape = linear2_shape,
                   .context = {"input.compute_root()"},
                   .line = "input.reorder_storage(feature, lane, block)",
                   .shown = Shown::addresses}},
      {.name = "align_storage",
       .legal = "A dimension of a Func that is stored within the kernel.",
       .purpose = "Rows that begin at a multiple of a vector's or a cache line's length, so that no load straddles two "
                  "lines; on a GPU, an odd multiple keeps threads off each other's banks of shared memory.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_root()"},
                   .line = "conv.align_storage(x, 16)",
                   .shown = Shown::storage}},
      {.name = "bound",
       .legal = "A promise that must be true: one that is broken at the shape, or by a call with another number of "
                "blocks, is refused with what is needed.",
       .purpose =
           "Constant extents, which unroll and vectorize need, where what is needed of a dimension differs from place "
           "to place: all that was stated is then computed each time.",
       .example = {.op = "conv2d",
                   .shape = "lanes=16,width=14,height=14,in_channels=6,out_channels=16,kernel_width=5,kernel_height=5",
                   .context = {"output.split(x, xo, xi, 4, GuardWithIf)", "conv.compute_at(output, xo)"},
                   .line = "conv.bound(x, 0, 10)"}},
      {.name = "align_bounds",
       .legal =
           "A dimension of a Func that may be computed further than it is needed: not of an output that must not go "
           "beyond its end, nor where what it reads ends sooner.",
       .purpose =
           "Whole vectors or tiles of an intermediate Func instead of tails: 18 columns with zeros around become 20, "
           "5 vectors of 4.",
       .example = {.op = "conv2d_input_gradient",
                   .algorithm = "spread",
                   .shape = spread_shape,
                   .context = {"spread.compute_root()"},
                   .line = "spread.align_bounds(x, 4)",
                   .shown = Shown::storage}},
  };
}

}  // namespace

std::vector<DirectiveGuide> placing_guides() {
  std::vector<DirectiveGuide> joined;
  for (const auto& group : {computing_guides(), storing_guides(), layout_guides()}) {
    joined.insert(joined.end(), group.begin(), group.end());
  }
  return joined;
}

}  // namespace nestwright::dsl::guide
