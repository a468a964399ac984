"""Spots: glowing cells that divide, crowd, die and divide again.

Trained on a simulation, the Gray-Scott reaction (J. E. Pearson, Complex patterns in a simple system, 1993):
    u' = Du lap u - u v^2 + F (1 - u)
    v' = Dv lap v + u v^2 - (F + k) v
One step of the law is ten of the simulation. The pool holds the simulation's own states.
"""

import torch
import torch.nn.functional as F

import world
from shows import erase, show
from training import Demo, chance, draw, stage

GRID = 48
D_STATE = 4
POOL = 48
BATCH = 4
NOISE = 0.02

FEED, KILL = 0.018, 0.057
DIFFUSION_U, DIFFUSION_V = 0.8, 0.4
SUBSTEPS = 10
LAPLACE = (torch.tensor([[1.0, 4, 1], [4, -20, 4], [1, 4, 1]]) / 20).view(1, 1, 3, 3)


def laplacian(a):
    """On a torus."""
    return F.conv2d(F.pad(a, (1, 1, 1, 1), mode="circular"), LAPLACE)


def simulate(u, v):
    """What the law shall do in one step."""
    for _ in range(SUBSTEPS):
        diffused_u, diffused_v = laplacian(u), laplacian(v)
        reaction = u * v * v
        u = u + DIFFUSION_U * diffused_u - reaction + FEED * (1 - u)
        v = v + DIFFUSION_V * diffused_v + reaction - (FEED + KILL) * v
    return u, v


def encode(u, v):
    """Red and a little green are v; blue is the halo, where u is used up and there is little v."""
    used = (1 - u).clamp(0, 1)
    v = v.clamp(0, 0.5)
    x = torch.zeros(u.shape[0], 2 * D_STATE, *u.shape[2:])
    x[:, 1:2] = 2.1 * v
    x[:, 2:3] = 3.6 * v * v + 0.15 * used
    x[:, 3:4] = 0.95 * used * (1 - 1.9 * v)
    rest = 1 - (x[:, 1:4] ** 2).sum(1, keepdim=True)
    x[:, 0:1] = torch.sqrt(rest.clamp_min(0.01))
    return x / x.norm(dim=1, keepdim=True)


def fresh(n):
    """`n` worlds with one to four squares of v."""
    u = torch.ones(n, 1, GRID, GRID)
    v = torch.zeros(n, 1, GRID, GRID)
    for i in range(n):
        for _ in range(draw(1, 5)):
            y, column = torch.randint(0, GRID - 10, (2,)).tolist()
            side = draw(5, 10)
            u[i, 0, y : y + side, column : column + side] = 0.5
            v[i, 0, y : y + side, column : column + side] = 0.25 + 0.2 * torch.rand(1)
    return u, v


def train(law, run):
    """Follow the simulation for 1, then 3, then 8 steps."""
    pool_u, pool_v = fresh(POOL)
    for older in (12, 24, 36):
        for _ in range(15):
            pool_u[older:], pool_v[older:] = simulate(pool_u[older:], pool_v[older:])
    for progress in run:
        chosen = torch.randperm(POOL)[:BATCH]
        u, v = pool_u[chosen], pool_v[chosen]
        x = encode(u, v)
        if chance(0.5):
            x = world.disturbed(x, NOISE)
        steps = stage(progress, ((0, 1), (0.2, 3), (0.5, 8)))
        loss = 0
        for _ in range(steps):
            u, v = simulate(u, v)
            x = world.step(law, x)
            loss = loss + ((x - encode(u, v)) ** 2).sum(1).mean()
        run.learn(loss / steps)
        pool_u[chosen], pool_v[chosen] = u, v
        if run.iteration % 6 == 0:
            j = draw(0, POOL)
            pool_u[j : j + 1], pool_v[j : j + 1] = fresh(1)
        dead = chosen[v.amax((1, 2, 3)) < 0.05]
        if len(dead):
            pool_u[dead], pool_v[dead] = fresh(len(dead))


def start():
    """A few squares of different sizes, none alike in its surroundings."""
    u = torch.ones(1, 1, 128, 128)
    v = torch.zeros(1, 1, 128, 128)
    for y, column, side in ((60, 60, 8), (26, 30, 6), (92, 38, 7), (34, 96, 7), (98, 100, 6)):
        u[..., y : y + side, column : column + side] = 0.5
        v[..., y : y + side, column : column + side] = 0.35
    return encode(u, v)


def planted():
    """One square."""
    return encode(torch.full((1, 1, 7, 7), 0.5), torch.full((1, 1, 7, 7), 0.35))


DEMO = Demo(
    name="spots",
    title={"en": "Spots", "es": "Manchas"},
    description={
        "en": "Squares open into rings, rings break into glowing cells that divide, crowd and die.",
        "es": "Los cuadrados se abren en anillos y los anillos en células que se dividen, se apiñan y mueren.",
    },
    to_try={
        "en": "Erase half of the cells: those that are left divide into the room.",
        "es": "Borra la mitad de las células: las que quedan se dividen y ocupan el lugar.",
    },
    architecture="UNET_UNITARY_RMSNORM",
    d_state=D_STATE,
    hidden_channels=8,
    boundary="torus",
    grid=GRID,
    rollout=8,
    iterations=1300,
    learning_rate=4e-3,
    schedule="cosine",
    clip=0.1,
    noise=NOISE,
    train=train,
    start=start,
    planted=planted,
    show=show(880, erase(330, 64, 64, 36), erase(600, 20, 100, 36)),
    steps_per_second=15,
    gain=1.2,
    thumbnail_from=0,
    thumbnail_stride=4,
    thumbnail_frames=44,
)
