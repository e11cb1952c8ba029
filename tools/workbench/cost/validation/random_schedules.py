"""Random schedules of convolutions: tile sizes, loop orders, what is unrolled, and where sums are computed and kept."""

import random
from dataclasses import dataclass
from typing import Callable, Dict, List

LENET5_CONV1 = "lanes=16,width=32,height=32,in_channels=1,out_channels=6,kernel_width=5,kernel_height=5"
LENET5_CONV2 = "lanes=16,width=14,height=14,in_channels=6,out_channels=16,kernel_width=5,kernel_height=5"


@dataclass(frozen=True)
class Layer:
    """An operator at a shape, and the tile sizes that are drawn from."""
    op: str
    name: str
    shape: str
    blocks: int  # of a call; so many that its tensors exceed the 1 MiB of traffic.py's last cache
    channel_tiles: List[int]  # sizes of tiles of channels, which divide their number
    x_tiles: List[int]  # sizes of tiles along x, which divide its extent


LAYERS = [
    Layer("conv2d", "conv1", LENET5_CONV1, 4, [1, 2, 3, 6], [1, 2, 4]),
    Layer("conv2d", "conv2", LENET5_CONV2, 8, [1, 2, 4, 8], [1, 2, 5]),
    Layer("conv2d_input_gradient", "conv2", LENET5_CONV2, 8, [1, 2, 3, 6], [1, 2, 7]),
    Layer("conv2d_weight_gradient", "conv1", LENET5_CONV1, 4, [1, 2, 3, 6], []),
    Layer("conv2d_weight_gradient", "conv2", LENET5_CONV2, 8, [1, 2, 4, 8], []),
    Layer("conv2d_relu_max_pool2d", "conv1", LENET5_CONV1, 8, [1, 2, 3, 6], []),
    Layer("conv2d_relu_max_pool2d", "conv2", LENET5_CONV2, 16, [1, 2, 4, 8], []),
]


def order(draw: random.Random, loops: List[str]) -> List[str]:
    return draw.sample(loops, len(loops))


def unrolled(draw: random.Random, loops: List[str], chance: float) -> str:
    return "".join(f".unroll({loop})" for loop in loops if draw.random() < chance)


def conv2d(draw: random.Random, layer: Layer) -> str:
    c, x, y = draw.choice(layer.channel_tiles), draw.choice(layer.x_tiles), draw.choice([1, 2])
    loops = order(draw, ["x", "y", "co_outer"])
    lines = [f"output.tile(x, y, x_inner, y_inner, {x}, {y}).split(co, co_outer, co_inner, {c})",
             f"output.reorder(lane, co_inner, x_inner, y_inner, {', '.join(loops)}, b).vectorize(lane)",
             "output.unroll(co_inner).unroll(x_inner).unroll(y_inner)"]
    taps = order(draw, ["kx", "ky", "ci"])
    if draw.random() < 0.6:  # sums of a tile, which stay in registers where they fit
        inner = order(draw, ["co", "x", "y"])
        lines += [f"conv.compute_at(output, {loops[0]}).vectorize(lane).unroll(co).unroll(x).unroll(y)",
                  f"conv.update(0).reorder(lane, {', '.join(inner + taps)}).vectorize(lane).unroll(co).unroll(x)"
                  f".unroll(y){unrolled(draw, taps[:1], 0.5)}"]
        return "\n".join(lines)
    place = draw.choice([f"compute_at(output, {loops[1]})", f"compute_at(output, {loops[2]})",
                         "compute_at(output, b)", "compute_root()"])
    lines.append(f"conv.{place}.vectorize(lane)")
    rest = order(draw, ["co", "x", "y"]) + taps if draw.random() < 0.5 else order(draw, ["co", "x", "y"] + taps)
    lines.append(f"conv.update(0).reorder(lane, {', '.join(rest)}).vectorize(lane)"
                 + unrolled(draw, [loop for loop in ("kx", "ky") if loop in rest[:3]], 0.4))
    return "\n".join(lines)


def conv2d_input_gradient(draw: random.Random, layer: Layer) -> str:
    loops = order(draw, ["x", "y", "ci"])
    lines = [f"input_gradient.reorder(lane, {', '.join(loops)}, b).vectorize(lane)"]
    place = draw.choice(loops)
    inside = loops[:loops.index(place)]  # the loops that one computation of the sums spans
    lines.append(f"input_sum.compute_at(input_gradient, {place}).vectorize(lane)")
    taps = order(draw, ["kx", "ky", "co"])
    rest = order(draw, inside) + taps if draw.random() < 0.5 else taps[:1] + order(draw, inside) + taps[1:]
    outside = [loop for loop in ("x", "y", "ci") if loop not in inside]
    may_unroll = [loop for loop in ("kx", "ky") if loop in taps[:2]] + (["x"] if "x" in inside else [])
    lines.append(f"input_sum.update(0).reorder(lane, {', '.join(rest + outside)}).vectorize(lane)"
                 + unrolled(draw, may_unroll, 0.5))
    return "\n".join(lines)


def conv2d_weight_gradient(draw: random.Random, layer: Layer) -> str:
    c = draw.choice(layer.channel_tiles)
    outer = order(draw, ["ky", "ci", "co_outer"])
    lines = [f"weight_gradient.split(co, co_outer, co_inner, {c}, GuardWithIf).reorder(kx, co_inner, "
             f"{', '.join(outer)})"]
    sums = order(draw, ["x", "y"]) + ["block"]
    if draw.random() < 0.15:
        sums = ["block"] + sums[:2]
    if draw.random() < 0.65:  # sums of a row of taps for some channels
        inner = order(draw, ["kx", "co"])
        unroll = ".unroll(kx).unroll(co)" if draw.random() < 0.75 else unrolled(draw, inner[:1], 0.7)
        first = ".unroll(kx).unroll(co)" if unroll == ".unroll(kx).unroll(co)" else ""
        lines += [f"lane_sums.compute_at(weight_gradient, {outer[0]}).vectorize(lane){first}",
                  f"lane_sums.update(0).reorder(lane, {', '.join(inner + sums)}, ky, ci).vectorize(lane){unroll}"]
    else:
        place = draw.choice([f"compute_at(weight_gradient, {outer[1]})", f"compute_at(weight_gradient, {outer[2]})",
                             "compute_root()"])
        rest = order(draw, ["kx", "ky", "co", "ci"]) + sums if draw.random() < 0.4 else (
            ["kx"] + sums + order(draw, ["ky", "co", "ci"]))
        lines += [f"lane_sums.{place}.vectorize(lane)",
                  f"lane_sums.update(0).reorder(lane, {', '.join(rest)}).vectorize(lane)"
                  + unrolled(draw, ["kx"], 0.6)]
    lines.append("total.compute_at(weight_gradient, kx)")
    if draw.random() < 0.7:
        lines.append("total.update(0).atomic().vectorize(lane_r)")
    return "\n".join(lines)


def conv2d_relu_max_pool2d(draw: random.Random, layer: Layer) -> str:
    c = draw.choice(layer.channel_tiles)
    loops = order(draw, ["x", "y", "co_outer"])
    lines = [f"output.split(co, co_outer, co_inner, {c}).reorder(lane, co_inner, {', '.join(loops)}, b)"
             ".vectorize(lane).unroll(co_inner)",
             "pool.compute_at(output, co_inner).vectorize(lane)",
             "pool.update(0).vectorize(lane).unroll(wx).unroll(wy)"]
    taps = order(draw, ["kx", "ky", "ci"])
    if draw.random() < 0.65:
        lines += [f"conv.compute_at(output, {loops[0]}).vectorize(lane).unroll(co).unroll(x).unroll(y)",
                  f"conv.update(0).reorder(lane, {', '.join(order(draw, ['co', 'x', 'y']) + taps)}).vectorize(lane)"
                  f".unroll(co).unroll(x).unroll(y){unrolled(draw, taps[:1], 0.5)}"]
        return "\n".join(lines)
    place = draw.choice([f"compute_at(output, {loops[1]})", "compute_at(output, b)", "compute_root()"])
    rest = order(draw, ["co", "x", "y"]) + taps if draw.random() < 0.5 else order(draw, ["co", "x", "y"] + taps)
    lines += [f"conv.{place}.vectorize(lane)", f"conv.update(0).reorder(lane, {', '.join(rest)}).vectorize(lane)"]
    return "\n".join(lines)


DRAWN: Dict[str, Callable[[random.Random, Layer], str]] = {
    "conv2d": conv2d,
    "conv2d_input_gradient": conv2d_input_gradient,
    "conv2d_weight_gradient": conv2d_weight_gradient,
    "conv2d_relu_max_pool2d": conv2d_relu_max_pool2d,
}


def draw_schedules(layer: Layer, count: int, seed: int) -> List[str]:
    """Draws up to `count` different schedules, as texts of .nest files; not all are legal.

    Every probability here is a choice. Draws end after 100 times `count`, for a layer may have fewer schedules.
    """
    draw = random.Random(f"{seed} {layer.op} {layer.name}")
    texts: Dict[str, None] = {}
    for _ in range(100 * count):
        if len(texts) == count:
            break
        texts[f"schedule {layer.op} for cpu\n\n{DRAWN[layer.op](draw, layer)}\n"] = None
    return list(texts)
