"""lenet5 in PyTorch, as Nestwright ships it."""

from torch import nn


def make_lenet5() -> nn.Sequential:
    """Takes (batch, 1, 32, 32); gives logits (batch, 10)."""
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
                         nn.Linear(84, 10))
