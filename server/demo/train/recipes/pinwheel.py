"""Pinwheel: a flower winds up into a spiral, unwinds, and winds the other way; no cell sees a neighbour.

Trained on an exact formula. Every living cell has a colour angle and a hidden complex clock in psi_4. The clock
turns evenly; its modulus says how much it speeds the colour up and slows it down, so cells with different moduli
(the petals' tips and the middle) drift apart and come back.
"""

import math

import torch
import torch.nn.functional as F

import world
from training import Demo, stage

D_STATE = 5
BATCH = 768
CLOCK = 4
NOISE = 0.06

MOST_CLOCK = 0.35
CLOCK_TURN = 2 * math.pi / 200
COLOUR_TURN = 2 * math.pi / 60
WINDING = 1.3 * 2 * math.pi * CLOCK_TURN / MOST_CLOCK
"""At most 1.3 turns of winding, where the clock's modulus is MOST_CLOCK."""

KEY_COLOURS = 0.76 * torch.tensor(
    [
        [0.10, 0.12, 0.50],
        [0.55, 0.10, 0.60],
        [0.90, 0.25, 0.35],
        [0.95, 0.60, 0.15],
        [0.75, 0.80, 0.40],
        [0.10, 0.60, 0.65],
    ]
)
HARMONICS = torch.fft.rfft(KEY_COLOURS, dim=0)
ANGLES = torch.arange(256) * 2 * math.pi / 256


def colour(angle):
    """The colour of an angle, [..., 3]: a smooth loop through the key colours (their first two harmonics)."""
    phase = angle[..., None] * torch.arange(1.0, 3.0)
    waves = torch.cos(phase) @ HARMONICS[1:3].real - torch.sin(phase) @ HARMONICS[1:3].imag
    return (HARMONICS[0].real / 6 + waves * 2 / 6).clamp_min(0.02)


LOOP = colour(ANGLES)


def encode(angle, clock, phase, alive):
    """Cells [n, 2d] with this colour angle, and a clock of this modulus and phase; vacuum where not alive."""
    seen = colour(angle) * alive[..., None]
    clock = clock * alive
    x = torch.zeros(*angle.shape, 2 * D_STATE)
    x[..., 1:4] = seen
    x[..., CLOCK] = clock * torch.cos(phase)
    x[..., D_STATE + CLOCK] = clock * torch.sin(phase)
    x[..., 0] = torch.sqrt((1 - (seen * seen).sum(-1) - clock * clock).clamp_min(0.003))
    return x / x.norm(dim=-1, keepdim=True)


def decode(x):
    """The nearest (angle, clock, phase, alive) of any cells [n, 2d]."""
    seen = world.moduli(x, 1, 3)
    clock = torch.hypot(x[:, CLOCK], x[:, D_STATE + CLOCK])
    phase = torch.atan2(x[:, D_STATE + CLOCK], x[:, CLOCK])
    nearest = torch.cdist(seen, LOOP).argmin(1)
    alive = ((seen.norm(dim=1) > 0.15) | (clock > 0.12)).float()
    return ANGLES[nearest], clock.clamp_max(MOST_CLOCK), phase, alive


def advance(angle, clock, phase):
    """One step of the formula."""
    turn = COLOUR_TURN + WINDING * clock * torch.cos(phase + CLOCK_TURN / 2)
    return angle + turn, clock, phase + CLOCK_TURN


def step(law, x):
    """The step for cells [n, 2d] without a grid: the law's 1x1 convolutions as plain matrices."""
    first, second, third = law.net[0], law.net[2], law.net[4]
    y = x
    for layer in (first, second):
        y = F.elu(F.linear(y, layer.weight[:, :, 0, 0], layer.bias))
    return world.normalised(x + F.linear(y, third.weight[:, :, 0, 0], third.bias) - world.GAMMA * x)


def unit(x):
    return x / x.norm(dim=1, keepdim=True)


def mending_loss(law, x):
    """Disturbed cells, and arbitrary ones, go to the nearest cycle in one step."""
    arbitrary = unit(torch.randn_like(x))
    which = torch.rand(BATCH, 1)
    noisy = x + NOISE * torch.rand(BATCH, 1) * torch.randn_like(x)
    x = unit(torch.where(which < 0.15, arbitrary, noisy))
    angle, clock, phase, alive = decode(x)
    wanted = encode(*advance(angle, clock, phase), alive)
    return ((step(law, x) - wanted) ** 2).sum(1).mean()


def train(law, run):
    """Follow the formula for 4, 12, 32, then 64 steps, and mend."""
    for progress in run:
        angle = torch.rand(BATCH) * 2 * math.pi
        clock = torch.rand(BATCH) * MOST_CLOCK * 1.05
        phase = torch.rand(BATCH) * 2 * math.pi
        alive = (torch.rand(BATCH) > 0.15).float()
        x = encode(angle, clock, phase, alive)
        mending = mending_loss(law, x)

        empty = (1 - alive)[:, None]
        x = unit(x + empty * 0.08 * torch.rand(BATCH, 1) * torch.randn_like(x))
        steps = stage(progress, ((0, 4), (0.15, 12), (0.4, 32), (0.8, 64)))
        following = 0
        for t in range(steps):
            angle, clock, phase = advance(angle, clock, phase)
            x = step(law, x)
            error = ((x - encode(angle, clock, phase, alive)) ** 2).sum(1)
            following = following + (error * (1 + 4 * (1 - alive) * (t > 2))).mean()
        following = following / steps
        run.learn(0.1 * mending + following, shown=following)


def flower(size):
    """A flower of six petals; its clocks stand still in the middle and swing most at the tips."""
    y, x = world.centred(size)
    radius, angle = torch.hypot(y, x) / size, torch.atan2(y, x)
    alive = (radius < 0.36 + 0.10 * torch.cos(6 * angle)).float()
    clock = 0.18 * (radius / 0.46).clamp(0, 1)
    return encode(3 * angle, clock, 0 * angle, alive).permute(2, 0, 1)[None]


def start():
    """One flower, as large as its world."""
    return flower(160)


def planted():
    """A small one."""
    return flower(44)


DEMO = Demo(
    name="pinwheel",
    title={"en": "Pinwheel", "es": "Molinillo"},
    description={
        "en": "A flower winds into a spiral and back: every cell runs its own clock and sees no neighbour.",
        "es": "Una flor se enrosca en espiral y vuelve: cada celda lleva su reloj y no ve a ninguna vecina.",
    },
    to_try={
        "en": "Draw a gap with Erase: the rest turns on, since no cell needs another.",
        "es": "Abre un hueco con Borrar: el resto sigue girando, porque ninguna celda necesita a otra.",
    },
    architecture="MLP",
    d_state=D_STATE,
    hidden_channels=64,
    boundary="torus",
    grid=32,
    rollout=64,
    iterations=5000,
    learning_rate=3e-3,
    schedule="cosine",
    final_rate=1e-5,
    clip=0.1,
    noise=NOISE,
    train=train,
    start=start,
    planted=planted,
    steps_per_second=30,
    gain=1.1,
    thumbnail_stride=5,
    thumbnail_frames=40,
    keep_optimiser=True,
)
