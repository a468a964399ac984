"""Kaleidoscope: spikes that obey a cellular automaton, from a start with the symmetry of the square.

The automaton is B2/S345 with two dying states: a ready cell with exactly two living neighbours is born, a living
cell with three to five lives on, else it dies in two steps before it is ready again. The law's output is 0 or 1,
so training is classification: each cell's spikes against the automaton's. One wrong cell would break the symmetry.
"""

import torch
import torch.nn.functional as F

import world
from shows import show
from training import Demo, chance, draw, stage

GRID = 48
D_STATE = 4
POOL = 64
BATCH = 4
SHARPNESS = 4.0
MARGIN = 0.1

NEIGHBOURS = torch.tensor([[1.0, 1, 1], [1, 0, 1], [1, 1, 1]]).view(1, 1, 3, 3)


def wanted_spikes(x):
    """The spikes [n, 2d, H, W], 0 or 1, that the automaton wants in state x.

    Alive: channels 1 and 2; dying: channel 3, twice fading; ready: vacuum.
    """
    alive = x[:, 1] + x[:, 2] - x[:, 3] > 0.5
    dying = (x[:, 3] > 0.3) & ~alive
    counted = F.pad(alive.float()[:, None], (1, 1, 1, 1), mode="circular")
    neighbours = F.conv2d(counted, NEIGHBOURS)[:, 0].round()
    born = ~alive & ~dying & (neighbours == 2)
    lives = born | (alive & (neighbours >= 3) & (neighbours <= 5))
    dies = alive & ~lives
    spikes = torch.zeros_like(x)
    for channel in (1, D_STATE + 1, 2):
        spikes[:, channel] = lives.float()
    for channel in (3, D_STATE + 3):
        spikes[:, channel] = dies.float()
    spikes[:, 0] = (~lives & ~dies).float()
    return spikes


def advance(x, spikes):
    """The step, with given spikes."""
    return world.normalised(x + spikes - world.GAMMA * x)


def enliven(x, alive):
    """Make the cells of `alive` [n, H, W] living ones."""
    amplitude = 3**-0.5
    for channel, value in ((0, 0.0), (1, amplitude), (D_STATE + 1, amplitude), (2, amplitude)):
        x[:, channel][alive] = value
    return x


def soup(n):
    """`n` worlds of random living cells, of any density; half of them only in a corner."""
    alive = torch.zeros(n, GRID, GRID, dtype=torch.bool)
    for i in range(n):
        alive[i] = torch.rand(GRID, GRID) < 0.1 + 0.6 * torch.rand(1)
        if chance(0.5):
            side = draw(6, 24)
            alive[i, side:] = False
            alive[i, :, side:] = False
    return enliven(world.vacuum(n, D_STATE, GRID, GRID), alive)


def begin_excitable(law):
    """Neurons near their threshold from the start, and first filters that look at their own cell most."""
    with torch.no_grad():
        for layer in (law.conv1, law.conv_bottom, law.conv2, law.conv_out):
            layer.bias.add_(0.5)
        law.conv1.weight.mul_(2)
        law.conv1.weight[:, :, 1, 1].mul_(4)


def train(law, run):
    """Classify each cell's spikes; the pool follows the automaton, or now and then the law's own spikes."""
    begin_excitable(law)
    pool = soup(POOL)
    for _ in range(4):
        pool[:32] = advance(pool[:32], wanted_spikes(pool[:32]))
    for progress in run:
        chosen = torch.randperm(POOL)[:BATCH]
        x = pool[chosen]
        wanted = wanted_spikes(x)
        excess = law.excess(x)
        sign = 2 * wanted - 1
        weight = 1 + 3 * (x[:, :1] < 0.97).float()
        if progress > 0.3:
            doubtful = (excess.detach() * sign < MARGIN).float().amax(1, keepdim=True)
            weight = weight + 20 * doubtful
        loss = (F.softplus(-SHARPNESS * excess * sign) * weight).mean()
        wrong = ((excess > 0).float() != wanted).any(1).float().mean()
        run.learn(loss, shown=wrong)
        pool[chosen] = advance(x, wanted if chance(0.7) else (excess.detach() > 0).float())
        if run.iteration % stage(progress, ((0, 3), (0.3, 12))) == 0:
            pool[chosen[0]] = soup(1)[0]


def start():
    """A soup of 44x44 cells with the symmetry of the square, in the middle of an empty torus."""
    size, quarter = 160, 22
    torch.manual_seed(8)
    cells = torch.rand(quarter, quarter) < 0.25
    cells = cells | cells.T
    cells = torch.cat([cells.flip(0), cells], 0)
    cells = torch.cat([cells.flip(1), cells], 1)
    alive = torch.zeros(1, size, size, dtype=torch.bool)
    middle = slice(size // 2 - quarter, size // 2 + quarter)
    alive[0, middle, middle] = cells
    return enliven(world.vacuum(1, D_STATE, size, size), alive)


def planted():
    """A rosette: it sends gliders out in all directions and stays."""
    quarter = ("...#", "..#.", ".##.", "#...")
    cells = torch.tensor([[cell == "#" for cell in row] for row in quarter])
    cells = torch.cat([cells, cells.flip(0)], 0)
    cells = torch.cat([cells, cells.flip(1)], 1)
    return enliven(world.vacuum(1, D_STATE, *cells.shape), cells[None])


DEMO = Demo(
    name="kaleidoscope",
    title={"en": "Kaleidoscope", "es": "Caleidoscopio"},
    description={
        "en": "Spiking neurons play an automaton: a symmetric soup sends out gliders in all directions.",
        "es": "Neuronas de impulsos juegan un autómata: una sopa simétrica lanza naves en todas direcciones.",
    },
    to_try={
        "en": "Plant a rosette with Inject: the symmetry is broken for good.",
        "es": "Planta una roseta con Inyectar: la simetría se rompe para siempre.",
    },
    architecture="SNN_UNET",
    d_state=D_STATE,
    hidden_channels=24,
    boundary="torus",
    grid=GRID,
    rollout=1,
    iterations=4000,
    learning_rate=4e-3,
    schedule="cosine",
    clip=1.0,
    noise=0.0,
    train=train,
    start=start,
    planted=planted,
    show=show(220),
    steps_per_second=12,
    thumbnail_stride=2,
    thumbnail_frames=48,
)
