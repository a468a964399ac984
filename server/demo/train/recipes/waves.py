"""Waves: a click lights a ring of fire that runs outwards and leaves the medium at rest.

Trained on a simulation, Barkley's model of an excitable medium (D. Barkley, Physica D 49, 1991):
    u' = u (1 - u) (u - (v + b) / a) / eps + lap u
    v' = u - v
One step of the law is three of the simulation. The edge is a wall.
"""

import torch
import torch.nn.functional as F

import world
from shows import erase, plant, show
from training import Demo, chance, draw, stage

GRID = 48
D_STATE = 4
POOL = 64
BATCH = 8
NOISE = 0.02

A, B, EPSILON = 0.75, 0.06, 0.02
CELL, TIME_STEP, SUBSTEPS = 0.5, 0.02, 3
BRIGHTNESS = 0.65
RECOVERY = 1.2 * BRIGHTNESS

IDENTITY = torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
LAPLACE = torch.tensor([[1.0, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
FILTERS = torch.stack([IDENTITY, LAPLACE, SOBEL, SOBEL.T] * 2)


def simulate(u, v):
    """What the law shall do in one step; no flow through the edge."""
    for _ in range(SUBSTEPS):
        padded = F.pad(u, (1, 1, 1, 1), mode="replicate")
        diffused = F.conv2d(padded, LAPLACE.view(1, 1, 3, 3)) / CELL**2
        excited = u * (1 - u) * (u - (v + B) / A) / EPSILON
        v = v + TIME_STEP * (u - v)
        u = (u + TIME_STEP * (excited + diffused)).clamp(0, 1)
    return u, v


def encode(u, v):
    """Red is the fire u, green the exhaustion v behind it."""
    fire, exhaustion = BRIGHTNESS * u, RECOVERY * v
    x = torch.zeros(u.shape[0], 2 * D_STATE, *u.shape[2:])
    x[:, 1:2] = fire
    x[:, 2:3] = exhaustion
    x[:, 0:1] = torch.sqrt((1 - fire**2 - exhaustion**2).clamp_min(0.01))
    return x / x.norm(dim=1, keepdim=True)


def fresh(n):
    """`n` worlds with one to three sparks; half of them with an exhausted band, which cuts waves open."""
    u = torch.zeros(n, 1, GRID, GRID)
    v = torch.zeros(n, 1, GRID, GRID)
    for i in range(n):
        for _ in range(draw(1, 4)):
            y, column = torch.randint(2, GRID - 6, (2,)).tolist()
            side = draw(3, 7)
            u[i, 0, y : y + side, column : column + side] = 1
        if chance(0.5):
            v[i, 0, : draw(0, GRID - 8), :] = 0.6 * torch.rand(1)
    return u, v


def train(law, run):
    """Follow the simulation for 1, then 4, then 10 steps."""
    law.set_perception(FILTERS, noise=0.003)
    pool_u, pool_v = fresh(POOL)
    for _ in range(30):
        pool_u[32:], pool_v[32:] = simulate(pool_u[32:], pool_v[32:])
    for progress in run:
        chosen = torch.randperm(POOL)[:BATCH]
        u, v = pool_u[chosen], pool_v[chosen]
        if chance(0.3):
            u[:1], v[:1] = fresh(1)
        x = encode(u, v)
        if chance(0.5):
            x = world.disturbed(x, NOISE)
        steps = stage(progress, ((0, 1), (0.15, 4), (0.5, 10)))
        loss = 0
        for _ in range(steps):
            u, v = simulate(u, v)
            x = world.step(law, x)
            loss = loss + ((x - encode(u, v)) ** 2).sum(1).mean()
        run.learn(loss / steps)
        pool_u[chosen], pool_v[chosen] = u, v
        dead = chosen[u.amax((1, 2, 3)) < 0.1]
        if len(dead):
            pool_u[dead], pool_v[dead] = fresh(len(dead))


def start():
    """Two bars of fire, each with an exhausted bar on one side: their free ends curl into four spirals."""
    u = torch.zeros(1, 1, 160, 160)
    v = torch.zeros(1, 1, 160, 160)
    u[..., 30:70, 46:52] = 1
    v[..., 30:70, 52:78] = 0.5
    u[..., 95:135, 110:116] = 1
    v[..., 95:135, 84:110] = 0.5
    return encode(u, v)


SHOW = show(
    960,
    # Two rings, then two cuts whose ends curl up.
    plant(10, 36, 128),
    plant(24, 126, 30),
    erase(500, 80, 80, 30),
    erase(760, 40, 116, 26),
)

DEMO = Demo(
    name="waves",
    title={"en": "Waves", "es": "Ondas"},
    description={
        "en": "A click lights a ring of fire; rings that meet go out, and one that is cut curls into a spiral.",
        "es": "Un clic enciende un anillo de fuego; dos anillos se apagan al chocar y uno cortado se enrosca.",
    },
    to_try={
        "en": "Light a ring: take Inject and click where it is dark.",
        "es": "Enciende un anillo: toma Inyectar y haz clic donde esté oscuro.",
    },
    architecture="DEEP_QCA",
    d_state=D_STATE,
    hidden_channels=48,
    boundary="walls",
    grid=GRID,
    rollout=10,
    iterations=1500,
    learning_rate=3e-3,
    schedule="cosine",
    clip=0.1,
    noise=NOISE,
    train=train,
    start=start,
    planted=f"disc:4:1:{BRIGHTNESS}",
    show=SHOW,
    steps_per_second=30,
    gain=1.4,
    thumbnail_stride=5,
    thumbnail_frames=46,
)
