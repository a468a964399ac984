"""Flower: a seed of 2x2 cells grows into a five-petalled flower, and grows back what is cut away.

Trained by growing: a pool of worlds is stepped, compared with the picture, and put back, so that the law also
learns to keep what it has made. A third of the way in, discs are erased. Noise teaches the vacuum to be quiet.
"""

import torch

import growing
import world
from shows import erase, plant, show
from training import Demo

GRID = 32
D_STATE = 6

IDENTITY = torch.tensor([[0.0, 0, 0], [0, 1, 0], [0, 0, 0]])
SOBEL = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
LAPLACE = torch.tensor([[1.0, 2, 1], [2, -12, 2], [1, 2, 1]]) / 8
FILTERS = torch.stack(
    [IDENTITY, SOBEL, SOBEL.T, LAPLACE, IDENTITY, SOBEL + SOBEL.T, SOBEL - SOBEL.T, LAPLACE]
)


def train(law, run):
    """Grow the flower from its seed."""
    law.set_perception(FILTERS, noise=0.01)
    growing.grow(law, run, growing.flower_picture(GRID), batch=4, steps=(28, 48))


def start():
    """Seven seeds: a flower in the middle, six around it."""
    x = world.vacuum(1, D_STATE, 128, 128)
    for y, column in ((64, 64), (64, 28), (64, 100), (33, 46), (33, 82), (95, 46), (95, 82)):
        world.plant_seed(x, y, column)
    return x


SHOW = show(
    620,
    *(plant(step, *at) for step, at in ((90, (15, 15)), (120, (15, 113)), (150, (113, 113)), (180, (113, 15)))),
    # A petal or two of one flower after the other.
    *(
        erase(step, y, column + 8, 8)
        for step, (y, column) in ((240, (33, 46)), (300, (64, 64)), (360, (64, 28)), (420, (95, 82)), (480, (64, 100)))
    ),
)

DEMO = Demo(
    name="flower",
    title={"en": "Flower", "es": "Flor"},
    description={
        "en": "Seeds of four cells grow into flowers that heal when you cut them.",
        "es": "Semillas de cuatro celdas crecen hasta ser flores que sanan si las cortas.",
    },
    to_try={
        "en": "Cut a flower: take Erase, click on a petal, and watch it grow back.",
        "es": "Corta una flor: toma Borrar, haz clic en un pétalo y mira cómo vuelve a crecer.",
    },
    architecture="DEEP_QCA",
    d_state=D_STATE,
    hidden_channels=64,
    boundary="walls",
    grid=GRID,
    rollout=48,
    iterations=1200,
    learning_rate=2e-3,
    schedule="steps",
    clip=None,
    noise=growing.NOISE,
    train=train,
    start=start,
    planted=lambda: world.seed(D_STATE),
    show=SHOW,
    steps_per_second=15,
    thumbnail_cells=96,
    thumbnail_stride=2,
    thumbnail_frames=36,
)
