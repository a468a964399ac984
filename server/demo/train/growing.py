"""Growing: a pool of worlds, a seed, a picture to become, and wounds to heal (for Flower and Colony)."""

import math

import torch

import world
from training import chance, draw

POOL = 64
NOISE = 0.02
LARGEST_WORLD = 16384
WOUNDS_FROM = 0.3
"""The part of the training after which discs are erased."""


def flower_picture(size):
    """A five-petalled flower with a turning rainbow on it.

    Returns (wanted moduli of psi_1..3 [3, size, size], body [size, size]: 1 where the flower is).
    """
    y, x = world.centred(size)
    radius, angle = torch.hypot(y, x), torch.atan2(y, x)
    hue = angle - 0.09 * radius
    core = radius < 3
    body = core | (radius < 11 * (0.62 + 0.38 * torch.cos(5 * hue)))
    third = 2 * math.pi / 3
    colour = torch.stack([0.5 + 0.5 * torch.cos(hue - k * third) for k in range(3)])
    colour = 0.95 * colour / colour.norm(dim=0, keepdim=True)
    colour[:, core] = torch.tensor([0.9, 0.3, 0.1])[:, None]
    return torch.where(body, colour, torch.zeros(1)), body.float()


def grow(law, run, picture, batch, steps, outside=None):
    """Train `law` to grow `picture` from a seed within `steps` (least, most), and to keep and mend it.

    With an `outside` (see larger_world.py) an empty world is stepped beside the batch, and must stay empty.
    """
    colours, body = picture
    size, d = body.shape[0], run.demo.d_state
    empty = world.vacuum(1, d, size, size)
    seed = empty.clone()
    world.plant_seed(seed, size // 2, size // 2)
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")

    def badness(x):
        """Per world: distance from the picture, and from vacuum outside the body."""
        picture_error = ((world.moduli(x, 1, 3, eps=1e-8) - colours) ** 2).mean((1, 2, 3))
        vacuum_error = ((x - empty).pow(2).sum(1) * (1 - body)).mean((1, 2))
        return 3 * picture_error + 0.5 * vacuum_error

    pool = seed.repeat(POOL, 1, 1, 1)
    for progress in run:
        chosen = torch.randperm(POOL)[:batch]
        with torch.no_grad():
            chosen = chosen[badness(pool[chosen]).argsort(descending=True)]
        x = pool[chosen]
        x[0] = seed[0]
        if progress > WOUNDS_FROM:
            y, column = (torch.rand(2) * size / 2 + size / 4).tolist()
            wound = torch.hypot(rows - y, columns - column) < 4 + 3 * torch.rand(1)
            x[-1] = torch.where(wound, empty[0], x[-1])
        if chance(0.5):
            x = world.disturbed(x, NOISE * float(torch.rand(1)))
        if outside is not None:
            outside.draw(size, LARGEST_WORLD)
            x = torch.cat([empty, x])
        for _ in range(draw(*steps)):
            x = world.step(law, x)
        loss = 0
        if outside is not None:
            loss = (x[0] - empty[0]).pow(2).sum(0).mean()
            x = x[1:]
        run.learn(badness(x).mean() + loss)
        pool[chosen] = x.detach()
