#!/usr/bin/env python3
"""Times lenet5's training step (Adadelta) and inference in JAX, compiled by XLA for the CPU; a line of JSON a row."""

import os

from arguments import make_parser, pin_to
from timing import emit, measure

# Output features and inputs of a unit, layer by layer: two convolutions 5x5, three linear layers.
CONVOLUTIONS = [(6, 1), (16, 6)]
LINEARS = [(120, 400), (84, 120), (10, 84)]


def make_parameters(jax, seed: int) -> list:
    """Uniform in +-1/sqrt(inputs of a unit), as PyTorch starts."""
    key = jax.random.PRNGKey(seed)
    shapes = [((co, ci, 5, 5), ci * 25, co) for co, ci in CONVOLUTIONS] + [((o, i), i, o) for o, i in LINEARS]
    parameters = []
    for shape, inputs, outputs in shapes:
        key, weight_key, bias_key = jax.random.split(key, 3)
        bound = inputs**-0.5
        parameters.append((jax.random.uniform(weight_key, shape, minval=-bound, maxval=bound),
                           jax.random.uniform(bias_key, (outputs,), minval=-bound, maxval=bound)))
    return parameters


def logits_of(jax, parameters: list, images):
    """images (batch, 1, 32, 32) to logits (batch, 10)."""
    x = images
    for weight, bias in parameters[:2]:
        x = jax.lax.conv_general_dilated(x, weight, (1, 1), "VALID", dimension_numbers=("NCHW", "OIHW", "NCHW"))
        x = jax.nn.relu(x + bias[:, None, None])
        x = jax.lax.reduce_window(x, -jax.numpy.inf, jax.lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    x = x.reshape(x.shape[0], -1)
    for index, (weight, bias) in enumerate(parameters[2:]):
        x = x @ weight.T + bias
        x = jax.nn.relu(x) if index < 2 else x
    return x


def adadelta(jax, parameters, gradients, squares, deltas, rho=0.9, eps=1e-6):
    """Zeiler, "ADADELTA" (2012), algorithm 1, with a learning rate of 1; as PyTorch has it."""
    numpy, tree_map = jax.numpy, jax.tree_util.tree_map
    squares = tree_map(lambda s, g: rho * s + (1 - rho) * g * g, squares, gradients)
    steps = tree_map(lambda s, d, g: numpy.sqrt(d + eps) / numpy.sqrt(s + eps) * g, squares, deltas, gradients)
    deltas = tree_map(lambda d, s: rho * d + (1 - rho) * s * s, deltas, steps)
    return tree_map(lambda p, s: p - s, parameters, steps), squares, deltas


def training_step(jax, batch: int):
    parameters = make_parameters(jax, 1)
    zeros = jax.tree_util.tree_map(jax.numpy.zeros_like, parameters)
    images = jax.random.normal(jax.random.PRNGKey(2), (batch, 1, 32, 32))
    labels = jax.random.randint(jax.random.PRNGKey(3), (batch,), 0, 10)

    def loss_of(parameters):
        return -jax.nn.log_softmax(logits_of(jax, parameters, images))[jax.numpy.arange(batch), labels].mean()

    def update(state):
        parameters, squares, deltas = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters)
        return loss, adadelta(jax, parameters, gradients, squares, deltas)

    compiled = jax.jit(update, donate_argnums=0)
    state = (parameters, zeros, jax.tree_util.tree_map(jax.numpy.zeros_like, parameters))

    def step():
        nonlocal state
        loss, state = compiled(state)
        jax.block_until_ready(state)

    return step


def inference(jax, batch: int):
    parameters = make_parameters(jax, 1)
    images = jax.random.normal(jax.random.PRNGKey(2), (batch, 1, 32, 32))
    compiled = jax.jit(lambda parameters, images: logits_of(jax, parameters, images))
    return lambda: compiled(parameters, images).block_until_ready()


def main() -> None:
    options = make_parser(__doc__).parse_args()
    # XLA takes its number of threads from the processors that it may run on.
    pin_to(options.threads)
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax

    for batch in options.batch:
        for what, make in (("training_step", training_step), ("inference", inference)):
            emit("jax", "jit", what, batch, options.threads, measure(make(jax, batch), options.seconds))


if __name__ == "__main__":
    main()
