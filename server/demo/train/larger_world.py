"""Training as though the little training world lay in a larger one.

A group norm takes its statistics over the whole grid, so a U-Net trained on a small grid is another law in a large
one, where nearly all is vacuum. Here world 0 of every batch is empty, and the norms of the other worlds mix in its
statistics as those of the part of the world that lies outside. Drawing that part anew for every rollout, up to all
of it, makes a law that is the same in worlds of every size.
"""

import torch
import torch.nn as nn


class Outside:
    """The part (0 .. 1) of the world that lies outside the training grid, shared by all norms of a law."""

    def __init__(self):
        self.part = 0.0

    def draw(self, grid, largest):
        """A world of `grid`, or of any side up to `largest` (log-uniform), or an unbounded one: a third each."""
        kind = torch.rand(1)
        if kind < 1 / 3:
            self.part = 0.0
        elif kind < 2 / 3:
            side = grid * float(largest / grid) ** float(torch.rand(1))
            self.part = 1 - (grid / side) ** 2
        else:
            self.part = 1.0


class LargerWorldNorm(nn.Module):
    """A group norm with the statistics of the larger world; its weight and bias are those of `norm`."""

    def __init__(self, norm, outside):
        super().__init__()
        self.groups, self.eps = norm.num_groups, norm.eps
        self.weight, self.bias = norm.weight, norm.bias
        self.outside = outside

    def forward(self, x):
        part = self.outside.part
        grouped = x.reshape(x.shape[0], self.groups, -1)
        variance, mean = torch.var_mean(grouped, 2, correction=0, keepdim=True)
        mixed = part * mean[:1] + (1 - part) * mean
        spread = part * (variance[:1] + (mean[:1] - mixed) ** 2) + (1 - part) * (variance + (mean - mixed) ** 2)
        normal = ((grouped - mixed) * torch.rsqrt(spread + self.eps)).reshape(x.shape)
        return normal * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


def enlarge(law):
    """Replace the law's group norms (parameters stay, by name too); returns the `Outside` that they share."""
    outside = Outside()
    for module in list(law.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.GroupNorm):
                setattr(module, name, LargerWorldNorm(child, outside))
    return outside
