// What to know about the directives that go on with another stage or a new Func, and about those for GPUs.
#include "dsl/directive_guide_groups.h"

namespace nestwright::dsl::guide {
namespace {

// Needs no GPU to be lowered for.
const std::string opencl = "x86-64-linux-opencl";
const std::string wide_conv2_shape =
    "lanes=32,width=14,height=14,in_channels=6,out_channels=16,kernel_width=5,kernel_height=5";

}  // namespace

std::vector<DirectiveGuide> func_guides() {
  return {
      {.name = "update",
       .legal = "A Func that has updates: `ops` lists them. What follows in the statement is about the update's loops, "
                "which "
                "are the Func's and those of its reduction.",
       .purpose =
           "Nearly all arithmetic is in updates; what is said of the Func alone is about its initial values. Both "
           "need the same tile, so that accumulators stay where they are.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .context = {"conv.compute_at(output, x)"},
                   .line = "conv.update(0).unroll(kx)"}},
      {.name = "in",
       .legal =
           "A Func or an input, and Funcs that read it; without arguments, all that do. The copy is inlined until it "
           "is placed.",
       .purpose =
           "Staging of inputs: a copy of the tile that a consumer reads, contiguous and in the order that it reads it; "
           "on a GPU, the load from memory to shared memory.",
       .example = {.op = "conv2d",
                   .shape = conv2_shape,
                   .line = "input.in(conv).compute_at(output, b)",
                   .shown = Shown::storage}},
      {.name = "clone_in",
       .legal = "A Func that is computed here, and Funcs that read it; not an input.",
       .purpose =
           "Two places for one Func: computed again, close to one consumer, while the others read what was stored.",
       .example = {.op = "softmax_cross_entropy",
                   .shape = loss_shape,
                   .context = {"exp_sum.compute_root()", "exponential.compute_root()"},
                   .line = "exponential.clone_in(exp_sum).compute_at(exp_sum, b)",
                   .shown = Shown::storage}},
      {.name = "rfactor",
       .legal = "Loops of an update's reduction, where Halide proves the operation associative and commutative. The "
                "order of "
                "the sum changes, and with it the last bits.",
       .purpose = "Sums in vectors or on threads: 8 partial sums side by side, which a vector holds, and one addition "
                  "across at the end. For blocks of one image, where vectors over images would be empty.",
       .example = {.op = "linear",
                   .shape = linear2_shape,
                   .context = {"sum.compute_at(output, o)", "sum.update(0).split(k, k_outer, k_inner, 8)"},
                   .line = "sum.update(0).rfactor(k_inner, partial).compute_at(output, o)",
                   .shown = Shown::storage}},
  };
}

std::vector<DirectiveGuide> gpu_guides() {
  return {
      {.name = "gpu_blocks",
       .legal =
           "One to three loops of a stage that is computed outside any other GPU loop; no two iterations may depend on "
           "each other. They should be the outermost: a loop around them launches a kernel an iteration.",
       .purpose =
           "Spreads a kernel over the GPU's multiprocessors: blocks of images, rows and channel tiles, of which a "
           "large GPU needs hundreds.",
       .example = {.op = "conv2d", .shape = wide_conv2_shape, .line = "output.gpu_blocks(y, co, b)", .target = opencl}},
      {.name = "gpu_threads",
       .legal = "One to three loops within loops over blocks; at most 1024 threads a block on CUDA.",
       .purpose =
           "Threads over lanes first, so that a warp reads 32 consecutive images in one transaction, then over x.",
       .example = {.op = "conv2d",
                   .shape = wide_conv2_shape,
                   .context = {"output.gpu_blocks(y, co, b)"},
                   .line = "output.gpu_threads(lane, x)",
                   .target = opencl}},
      {.name = "gpu_lanes",
       .legal =
           "One loop of at most 32 iterations, the innermost of a block's; values that are computed within it go from "
           "lane to lane by shuffles. CUDA only.",
       .purpose = "A warp for a block of 32 images: what one lane has staged another can read without shared memory.",
       .example = {.op = "conv2d",
                   .shape = wide_conv2_shape,
                   .context = {"output.gpu_blocks(y, co, b)"},
                   .line = "output.gpu_lanes(lane)",
                   .target = "x86-64-linux-cuda"}},
      {.name = "gpu_tile",
       .legal = "One to three loops; as split, reorder, gpu_blocks and gpu_threads in one, with their conditions.",
       .purpose = "The usual mapping of something elementwise: 256 neighbouring values a block, one a thread.",
       .example = {.op = "relu",
                   .shape = "lanes=32,size=4704",
                   .context = {"output.fuse(lane, i, value).fuse(value, b, value)"},
                   .line = "output.gpu_tile(value, thread, 256)",
                   .target = opencl}},
      {.name = "gpu_single_thread",
       .legal = "A stage that is computed outside any other GPU loop.",
       .purpose =
           "A few values between two kernels that stay on the GPU, where copying them to the CPU and back would cost "
           "more than one slow thread does.",
       .example = {.op = "log_softmax",
                   .shape = "lanes=32,classes=10",
                   .context = {"output.gpu_blocks(c, b).gpu_threads(lane)"},
                   .line = "log_sum.compute_root().gpu_single_thread()",
                   .target = opencl}},
  };
}

}  // namespace nestwright::dsl::guide
