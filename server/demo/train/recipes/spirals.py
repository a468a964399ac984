"""Spirals: three colours hunt each other for ever in a dish.

Trained on a simulation, rock-paper-scissors with diffusion (R. M. May and W. J. Leonard, 1975): species i grows
into free room, is hunted by species i + 1, moves about, and (mu) its hunter breeds a little of it, so that no
amplitude is ever near zero:
    u_i' = D lap u_i + u_i (1 - sum u - sigma u_{i+1}) + mu (u_{i+1} - u_i)
|psi_i|^2 is the density of species i, |psi_0|^2 the free room.

This law multiplies: a channel that is exactly zero stays zero. So the dish's rim holds without a wall.
The pool holds the law's own states: what it drifts to, it must mend.
"""

import math

import torch
import torch.nn.functional as F

import world
from shows import show
from training import Demo, chance, draw, stage

GRID = 48
D_STATE = 4
POOL = 48
BATCH = 4
NOISE = 0.06
STILLING_ROUNDS, STILLING_STEPS, STILLING_SEED = 6, 160, 5

DIFFUSION, HUNT, BREED = 0.10, 1.5, 0.05
TIME_STEP, SUBSTEPS = 0.5, 2
NEIGHBOURS = torch.tensor([[1.0, 4, 1], [4, 0, 4], [1, 4, 1]]) / 6
LEAST = 0.01


def neighbours(a):
    """The weighted sum over a cell's neighbours, channel by channel, on a torus."""
    channels = a.shape[1]
    weight = NEIGHBOURS.repeat(channels, 1, 1)[:, None]
    return F.conv2d(F.pad(a, (1, 1, 1, 1), mode="circular"), weight, groups=channels)


def simulate(u, dish):
    """What the law shall do in one step: densities u [n, 3, H, W] inside the dish [n, 1, H, W]."""
    room = neighbours(dish)
    for _ in range(SUBSTEPS):
        hunter = u.roll(-1, 1)
        moved = neighbours(u * dish) - u * room
        grown = u * (1 - u.sum(1, keepdim=True) - HUNT * hunter)
        u = u + TIME_STEP * (DIFFUSION * moved + grown + BREED * (hunter - u))
        u = u.clamp(LEAST, 1) * dish
    return u


def encode(u):
    """Densities as a state."""
    x = torch.zeros(u.shape[0], 2 * D_STATE, *u.shape[2:])
    x[:, 1:4] = u.sqrt()
    x[:, 0:1] = (1 - u.sum(1, keepdim=True)).clamp_min(LEAST).sqrt()
    return x / x.norm(dim=1, keepdim=True)


def decode(x, dish):
    """The densities that a state stands for."""
    return (world.moduli(x, 1, 3) ** 2).clamp_min(LEAST) * dish


def new_dish(size):
    """The whole torus (mostly), a round dish, or a torus with three holes: [1, 1, size, size]."""
    dish = torch.ones(1, 1, size, size)
    rows, columns = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    kind = torch.rand(1)
    if kind < 0.3:
        radius = size * (0.25 + 0.22 * torch.rand(1))
        dish[0, 0] = (torch.hypot(rows - size / 2, columns - size / 2) < radius).float()
    elif kind < 0.45:
        for _ in range(3):
            y, column = (torch.rand(2) * size).tolist()
            dish[0, 0][torch.hypot(rows - y, columns - column) < 2 + 4 * torch.rand(1)] = 0
    return dish


def blocks(size, side):
    """One world of random one-coloured blocks."""
    count = size // side + 1
    species = F.one_hot(torch.randint(0, 3, (1, count, count)), 3).permute(0, 3, 1, 2).float()
    u = species.repeat_interleave(side, 2).repeat_interleave(side, 3)
    return u[:, :, :size, :size] * 0.5 + 0.1


def fresh():
    """One world of fine blocks, or of coarse ones."""
    return blocks(GRID, draw(2, 6) if chance(0.7) else draw(6, 14))


def shaken(x, dish):
    """A state with amplitudes scaled and phases disturbed; and the densities that it then stands for."""
    scale = torch.exp(0.2 * torch.rand(1) * torch.randn_like(x[:, :D_STATE]))
    x = x * scale.repeat(1, 2, 1, 1)
    x = x / x.norm(dim=1, keepdim=True)
    u = decode(x, dish)
    real, imaginary = x[:, :D_STATE], x[:, D_STATE:]
    imaginary = imaginary + NOISE * torch.randn_like(real) * real.abs()
    x = torch.cat([real, imaginary], 1)
    return x / x.norm(dim=1, keepdim=True), u


def still_phases(law):
    """Take the mean turn of each channel's phase out of the last layer's bias.

    Phases mean nothing here, but what is left of a turn in every step (some 0.003 radians) adds up: after 300
    steps the law would see states that it was never trained on.
    """
    torch.manual_seed(STILLING_SEED)
    for _ in range(STILLING_ROUNDS):
        turns = torch.zeros(D_STATE)
        weights = torch.zeros(D_STATE)
        before = None
        for t, x in zip(range(STILLING_STEPS), world.trajectory(law, encode(blocks(GRID, 4)))):
            if before is not None and t > STILLING_STEPS // 4:
                real, imaginary = x[:, :D_STATE], x[:, D_STATE:]
                old_real, old_imaginary = before[:, :D_STATE], before[:, D_STATE:]
                turns += (imaginary * old_real - real * old_imaginary).sum((0, 2, 3))
                weights += (real * old_real + imaginary * old_imaginary).sum((0, 2, 3))
            before = x
        turn = turns / weights
        print("mean turn per step:", " ".join(f"{value:+.5f}" for value in turn.tolist()), flush=True)
        with torch.no_grad():
            law.last_layer.bias[D_STATE:] -= turn


def train(law, run):
    """Follow the simulation for 1, then 3, then 8 steps, from the law's own states."""
    dishes = torch.cat([new_dish(GRID) for _ in range(POOL)])
    u = torch.cat([fresh() for _ in range(POOL)]) * dishes
    for older, steps in ((16, 20), (32, 30)):
        for _ in range(steps):
            u[older:] = simulate(u[older:], dishes[older:])
    pool = encode(u)
    for progress in run:
        chosen = torch.randperm(POOL)[:BATCH]
        x, dish = pool[chosen], dishes[chosen]
        u = decode(x, dish)
        if chance(0.5):
            x, u = shaken(x, dish)
        steps = stage(progress, ((0, 1), (0.25, 3), (0.6, 8)))
        loss = 0
        for _ in range(steps):
            u = simulate(u, dish)
            x = world.step(law, x)
            loss = loss + ((x - encode(u)) ** 2).sum(1).mean()
        loss = loss / steps
        run.learn(loss)
        own = progress >= 0.1 and float(loss.detach()) < 0.05
        pool[chosen] = x.detach() if own else encode(u)
        if run.iteration % stage(progress, ((0, 3), (0.6, 12))) == 0:
            j = draw(0, POOL)
            dishes[j : j + 1] = new_dish(GRID)
            pool[j : j + 1] = encode(fresh() * dishes[j : j + 1])
    still_phases(law)


def start():
    """A round dish of random 4x4 blocks."""
    size = 128
    torch.manual_seed(7)
    y, x = world.centred(size)
    dish = (torch.hypot(y, x) < 0.46 * size).float()
    return encode(blocks(size, 4) * dish)


def planted():
    """A small dish of three sectors, one of each colour: they turn about its middle."""
    y, x = world.centred(25)
    sector = ((torch.atan2(y, x) / (2 * math.pi) + 0.5) * 3).long().clamp(0, 2)
    u = F.one_hot(sector, 3).permute(2, 0, 1)[None].float() * 0.5 + 0.1
    return encode(u * (torch.hypot(y, x) < 12.3))


DEMO = Demo(
    name="spirals",
    title={"en": "Spirals", "es": "Espirales"},
    description={
        "en": "Red, green and blue hunt each other round and round in a dish.",
        "es": "Rojo, verde y azul se persiguen sin fin en un plato redondo.",
    },
    to_try={
        "en": "Cut the dish in two with Erase: the gap holds, and each half goes its own way.",
        "es": "Corta el plato en dos con Borrar: el corte se mantiene y cada mitad sigue su camino.",
    },
    architecture="UNET_UNITARY",
    d_state=D_STATE,
    hidden_channels=8,
    boundary="torus",
    grid=GRID,
    rollout=8,
    iterations=1500,
    learning_rate=4e-3,
    schedule="cosine",
    clip=0.1,
    noise=NOISE,
    train=train,
    start=start,
    planted=planted,
    show=show(960),
    steps_per_second=20,
    thumbnail_from=32,
    thumbnail_stride=2,
    thumbnail_frames=32,
)
