"""Worlds: how a state is written down, its vacuum, its boundary, and the step.

A state is x, float32 [n, 2d, H, W]: Re psi_0..d-1, then Im psi_0..d-1, of unit norm in every cell.
Vacuum is psi_0 = 1. What is seen are the moduli of psi_1, psi_2 and psi_3: red, green and blue.
"""

import math

import torch
import torch.nn as nn

GAMMA = 0.01


def normalised(x):
    """Unit norm in every cell (channels are dimension 1)."""
    norm = torch.sqrt((x * x).sum(1, keepdim=True) + 1e-12)
    return x / (norm + 1e-9)


def vacuum(n, d, height, width):
    """`n` empty worlds."""
    x = torch.zeros(n, 2 * d, height, width)
    x[:, 0] = 1
    return x


def plant_seed(x, y, column):
    """Put a 2x2 seed, all channels but psi_0 alike, with its lower right cell at (y, column)."""
    d = x.shape[1] // 2
    rows, columns = slice(y - 1, y + 1), slice(column - 1, column + 1)
    x[:, :, rows, columns] = 0
    x[:, 1:d, rows, columns] = 1 / math.sqrt(d - 1)


def seed(d):
    """The same seed alone."""
    x = vacuum(1, d, 2, 2)
    plant_seed(x, 1, 1)
    return x


def moduli(x, first, last, eps=0.0):
    """|psi_first| .. |psi_last|, [n, last - first + 1, H, W]; `eps` keeps the gradient finite at zero."""
    d = x.shape[1] // 2
    real, imaginary = x[:, first : last + 1], x[:, d + first : d + last + 1]
    return torch.sqrt(real**2 + imaginary**2 + eps)


def disturbed(x, amount):
    """The same worlds with normal noise of the given amount on every channel."""
    return normalised(x + amount * torch.randn_like(x))


def mixed_with_state(law, x, out):
    """The change that a law's output means: itself, or its complex product with the state."""
    if not law.multiplies:
        return out
    d = x.shape[1] // 2
    real, imaginary = x[:, :d], x[:, d:]
    a, b = out[:, :d], out[:, d:]
    return torch.cat([a * real - b * imaginary, a * imaginary + b * real], 1)


def step(law, x):
    """psi' = psi + M(psi) - gamma psi, normalised per cell; for laws without a memory."""
    return normalised(x + mixed_with_state(law, x, law(x)) - GAMMA * x)


def step_with_memory(law, x, memory):
    """The same for a law that remembers; returns the state and the memory (h, c)."""
    out, *memory = law(x, *memory)
    return normalised(x + out - GAMMA * x), tuple(memory)


def trajectory(law, x):
    """Yields x and the states that follow, for ever, without gradients."""
    memory = law.blank_memory(x.shape[0], *x.shape[2:]) if law.remembers else None
    while True:
        yield x
        with torch.no_grad():
            if memory is None:
                x = step(law, x)
            else:
                x, memory = step_with_memory(law, x, memory)


def wrap_torus(law):
    """Make every 3x3 convolution of the law see the opposite edge instead of zeros."""
    for module in law.modules():
        if isinstance(module, nn.Conv2d) and module.kernel_size == (3, 3):
            module.padding_mode = "circular"
            module._reversed_padding_repeated_twice = [1, 1, 1, 1]


def to_psi(x):
    """The one world of x [1, 2d, H, W] as complex64 [H, W, d]."""
    real, imaginary = x[0].permute(1, 2, 0).contiguous().chunk(2, 2)
    return torch.complex(real.contiguous(), imaginary.contiguous())


def centred(size):
    """Coordinates of a size x size grid, measured from its middle: (y, x)."""
    axis = torch.arange(size) - (size - 1) / 2
    return torch.meshgrid(axis, axis, indexing="ij")
