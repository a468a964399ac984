"""Colony: a seed becomes a stable body in eight steps, and stays.

Grown like Flower, by a U-Net on a torus: the whole body is there at once, because one step reaches thirty cells.
Its norms look at the whole world, so it is trained as though in worlds of every size.
"""

import growing
import larger_world
import world
from shows import erase, plant, show
from training import Demo

GRID = 40
D_STATE = 8


def train(law, run):
    """Grow the flower's picture from its seed."""
    outside = larger_world.enlarge(law)
    growing.grow(law, run, growing.flower_picture(GRID), batch=3, steps=(8, 18), outside=outside)


def start():
    """Six seeds, apart."""
    x = world.vacuum(1, D_STATE, 128, 128)
    for y, column in ((28, 32), (24, 88), (66, 62), (72, 108), (104, 28), (106, 84)):
        world.plant_seed(x, y, column)
    return x


SHOW = show(
    220,
    *(plant(step, *at) for step, at in ((24, (64, 22)), (40, (0, 58)), (56, (36, 60)), (72, (96, 56)), (88, (96, 122)))),
    erase(112, 28, 40, 7),
    erase(136, 66, 52, 7),
    # One is wiped out, and sown again.
    erase(160, 24, 88, 14),
    plant(168, 24, 88),
)

DEMO = Demo(
    name="colony",
    title={"en": "Colony", "es": "Colonia"},
    description={
        "en": "Seeds become bodies in eight steps, and stay: the largest law here.",
        "es": "Las semillas se hacen cuerpos en ocho pasos, y se quedan: la ley más grande de aquí.",
    },
    to_try={
        "en": "Plant a seed with Inject: eight steps later there is one body more.",
        "es": "Planta una semilla con Inyectar: ocho pasos después hay un cuerpo más.",
    },
    architecture="UNET",
    d_state=D_STATE,
    hidden_channels=16,
    boundary="torus",
    grid=GRID,
    rollout=18,
    iterations=700,
    learning_rate=2e-3,
    schedule="steps",
    clip=None,
    noise=growing.NOISE,
    train=train,
    start=start,
    planted=lambda: world.seed(D_STATE),
    show=SHOW,
    steps_per_second=8,
    thumbnail_stride=1,
    thumbnail_frames=36,
)
