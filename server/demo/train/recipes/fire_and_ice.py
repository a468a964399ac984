"""Fire and Ice: seeds open into red flowers that turn blue and back, for the law remembers where it is.

Trained on a wanted picture at every age: fire and ice alternate with a period of sixteen steps, and a clock on
channels 4 and 5 (hidden) says which. Rollouts of 1, 4, then 8 steps from the wanted states, later from a pool of
the law's own states with their memories.
"""

import math

import torch

import world
from shows import show
from training import Demo, chance, draw, stage

GRID = 40
D_STATE = 6
POOL = 30
BATCH = 4
NOISE = 0.04
PERIOD = 16
OPENING = 3
"""Steps of opening, judged lightly."""
SPOILT = 0.05
"""Error above which a world of the pool is begun anew."""


def flower(turned, inner, outer, core, size):
    """A five-petalled flower, colours [3, GRID, GRID]; `inner`, `outer`, `core`: its colours (r, g, b)."""
    y, x = world.centred(GRID)
    radius, angle = torch.hypot(y, x), torch.atan2(y, x)
    inner, outer, core = (torch.tensor(c)[:, None, None] for c in (inner, outer, core))
    outwards = (radius / size).clamp(0, 1)
    heart = torch.sigmoid((2.6 - radius) * 2.5)
    edge = torch.sigmoid((size * (0.62 + 0.38 * torch.cos(5 * (angle - turned))) - radius) * 1.5)
    petals = inner * (1 - outwards) + outer * outwards
    return (petals * (1 - heart) + core * heart) * edge


FIRE = flower(0.0, (0.85, 0.30, 0.05), (0.80, 0.08, 0.35), (0.70, 0.62, 0.10), 12.5)
ICE = flower(math.pi / 5, (0.05, 0.45, 0.75), (0.25, 0.15, 0.85), (0.45, 0.75, 0.45), 10.0)
BODY = torch.maximum(FIRE.norm(dim=0), ICE.norm(dim=0)).clamp(0, 1)


def encode(age):
    """The wanted states at these ages [n]: the picture, and the clock."""
    phase = (2 * math.pi * (age - OPENING).float() / PERIOD)[:, None, None]
    ice = (0.5 - 0.5 * torch.cos(phase))[:, None]
    x = torch.zeros(len(age), 2 * D_STATE, GRID, GRID)
    x[:, 1:4] = 0.88 * (FIRE * (1 - ice) + ICE * ice)
    x[:, 4] = 0.33 * torch.cos(phase) * BODY
    x[:, 5] = 0.33 * torch.sin(phase) * BODY
    x[:, 0] = torch.sqrt((1 - (x[:, 1:] ** 2).sum(1)).clamp_min(0.02))
    return x / x.norm(dim=1, keepdim=True)


def random_age():
    return OPENING + draw(0, PERIOD)


def train(law, run):
    """Follow the wanted states; a seed takes part in every other iteration."""
    seed = world.vacuum(1, D_STATE, GRID, GRID)
    world.plant_seed(seed, GRID // 2, GRID // 2)
    age = OPENING + torch.randint(0, PERIOD, (POOL,))
    error = torch.ones(POOL)
    states = encode(age)
    h, c = law.blank_memory(POOL, GRID, GRID)
    for progress in run:
        chosen = torch.randperm(POOL)[:BATCH]
        for place, j in enumerate(chosen.tolist()):
            is_seed = place == 0 and run.iteration % 2 == 1
            taught = place < stage(progress, ((0, 2), (0.7, 1))) or progress < 0.45 or error[j] > SPOILT
            if is_seed or taught:
                age[j] = 0 if is_seed else random_age()
                states[j] = seed[0] if is_seed else encode(age[j : j + 1])[0]
                h[j] = 0
                c[j] = 0
        x, memory, now = states[chosen], (h[chosen], c[chosen]), age[chosen]
        if chance(0.5):
            x = world.disturbed(x, NOISE * float(torch.rand(1)))
        steps = stage(progress, ((0, 1), (0.2, 4), (0.5, 8)))
        loss = 0
        for _ in range(steps):
            x, memory = world.step_with_memory(law, x, memory)
            now = now + 1
            judged = (now >= OPENING).float() + 0.1
            loss = loss + (((x - encode(now)) ** 2).sum(1).mean((1, 2)) * judged).mean()
        run.learn(loss / steps)
        states[chosen], age[chosen] = x.detach(), now
        h[chosen], c[chosen] = memory[0].detach(), memory[1].detach()
        error[chosen] = ((x - encode(now)) ** 2).sum(1).mean((1, 2)).detach()


def start():
    """Five seeds, like the five of a die."""
    x = world.vacuum(1, D_STATE, 96, 96)
    for y, column in ((24, 24), (24, 72), (72, 24), (72, 72), (48, 48)):
        world.plant_seed(x, y, column)
    return x


def planted():
    """An open flower of fire: a seed alone goes out where the empty world remembers that it is old."""
    x = encode(torch.tensor([OPENING]))
    empty = (BODY < 0.02)[None, None]
    return torch.where(empty, world.vacuum(1, D_STATE, GRID, GRID), x)


DEMO = Demo(
    name="fire_and_ice",
    title={"en": "Fire and Ice", "es": "Fuego y hielo"},
    description={
        "en": "Five seeds open and turn from red flowers to blue ones and back; the law remembers.",
        "es": "Cinco semillas se abren y pasan de flores rojas a azules y vuelven; la ley recuerda.",
    },
    to_try={
        "en": "Plant a flower of fire with Inject: it keeps an hour of its own, until the law lets it fade.",
        "es": "Planta una flor de fuego con Inyectar: lleva su propia hora, hasta que la ley deja que se apague.",
    },
    architecture="UNET_CONVLSTM",
    d_state=D_STATE,
    hidden_channels=6,
    boundary="torus",
    grid=GRID,
    rollout=8,
    iterations=1300,
    learning_rate=2e-3,
    schedule="steps",
    clip=None,
    noise=NOISE,
    train=train,
    start=start,
    planted=planted,
    show=show(480),
    steps_per_second=10,
    thumbnail_stride=1,
    thumbnail_frames=35,
)
