"""What all trainings share: what a demo is, the optimiser, the log, and safe copies on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn as nn

import laws
import world

LOG_EVERY = 50
SAVE_EVERY = 200


@dataclass(frozen=True)
class Demo:
    """One demo: its law, how it is trained, and how it is shown."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    to_try: dict[str, str]
    """One thing to do with it."""

    architecture: str
    d_state: int
    hidden_channels: int
    boundary: str

    grid: int
    rollout: int
    """Most steps of a training rollout."""
    iterations: int
    learning_rate: float
    schedule: str
    """`steps`: times 0.3 at 60 % and 85 %; `cosine`: down to `final_rate`."""
    clip: float | None
    """Longest gradient; None: the gradient of every tensor is brought to length 1."""
    noise: float

    train: Callable[[nn.Module, "Run"], None]
    start: Callable[[], torch.Tensor]

    steps_per_second: int
    gain: float = 1.0
    """Brightness of the thumbnail: |psi_1..3| times this."""
    thumbnail_cells: int | None = None
    """Side of the middle square that the thumbnail shows; None: all."""
    thumbnail_from: int = 0
    thumbnail_stride: int = 1
    thumbnail_frames: int = 32
    final_rate: float = 1e-4
    keep_optimiser: bool = False
    rgb: tuple[int, int, int] = (1, 2, 3)
    planted: Callable[[], torch.Tensor] | str = "start"
    """What a click plants: cells [1, 2d, h, w], vacuum around them left out, or a rule of atheria.json."""
    show: dict | None = None
    """What it plays by itself before it starts over, as atheria.json has it."""
    seed: int = 0

    def new_law(self):
        """A fresh law with the demo's boundary; its last layer is zero, so the first step only decays."""
        torch.manual_seed(self.seed)
        law = laws.LAWS[self.architecture](self.d_state, self.hidden_channels)
        if not isinstance(law, laws.SNNUNet):
            nn.init.zeros_(law.last_layer.weight)
            nn.init.zeros_(law.last_layer.bias)
        if self.boundary == "torus":
            world.wrap_torus(law)
        return law


@dataclass
class Run:
    """One training: iterate over it, and call `learn` once per iteration.

        for progress in run:          # 0 .. 1
            ...
            run.learn(loss)
    """

    demo: Demo
    law: nn.Module
    safe_copy: Path
    iteration: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)

    def __post_init__(self):
        demo = self.demo
        self.optimiser = torch.optim.Adam(self.law.parameters(), demo.learning_rate)
        if demo.schedule == "cosine":
            self.scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(
                self.optimiser, demo.iterations, demo.final_rate
            )
        else:
            milestones = [int(demo.iterations * 0.6), int(demo.iterations * 0.85)]
            self.scheduler = torch.optim.lr_scheduler.MultiStepLR(self.optimiser, milestones, 0.3)

    def __iter__(self):
        started = time.monotonic()
        for self.iteration in range(self.demo.iterations):
            yield self.iteration / self.demo.iterations
            self.seconds = time.monotonic() - started
            self._report()

    def learn(self, loss, shown=None):
        """One step down the gradient of `loss`; the log shows `shown`, or the loss itself."""
        self.optimiser.zero_grad()
        loss.backward()
        if self.demo.clip is None:
            for parameter in self.law.parameters():
                parameter.grad /= parameter.grad.norm() + 1e-8
        else:
            nn.utils.clip_grad_norm_(self.law.parameters(), self.demo.clip)
        self.optimiser.step()
        self.scheduler.step()
        self.losses.append(float((loss if shown is None else shown).detach()))

    def recent_loss(self):
        """The mean of the last losses."""
        recent = self.losses[-LOG_EVERY:]
        return sum(recent) / len(recent)

    def _report(self):
        if self.iteration % LOG_EVERY == 0:
            print(f"{self.demo.name} {self.iteration} loss {self.recent_loss():.5f} {self.seconds:.0f} s", flush=True)
        if self.iteration % SAVE_EVERY == SAVE_EVERY - 1:
            torch.save(self.law.state_dict(), self.safe_copy)


def stage(progress, stages):
    """The value of the last stage whose beginning is passed: stage(0.3, ((0, 1), (0.2, 3), (0.5, 8))) is 3."""
    return [value for begins, value in stages if progress >= begins][-1]


def chance(probability):
    """True with the given probability."""
    return bool(torch.rand(1) < probability)


def draw(low, high):
    """A whole number from low to high - 1."""
    return int(torch.randint(low, high, (1,)))
