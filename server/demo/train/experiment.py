"""Experiments on disk, as the V4 Python trainer lays them out, and what we add to show a demo with one click.

    experiments/NAME/config.json               the experiment: its law and how it was trained
    experiments/NAME/atheria.json              how it is shown: title, grid, boundary, seed, view, speed, show
    experiments/NAME/start.npz                 the matter it starts with: psi, complex64 [H, W, d]
    experiments/NAME/seed.npz                  what a click plants, where that is no rule
    experiments/NAME/thumbnail.webp            a living picture of it
    training_checkpoints/NAME/checkpoint_ep{N}.pth   the trained law; N counts episodes from 0
"""

import datetime
import json
from pathlib import Path

import numpy as np
import torch

import picture
import world


LINE_CHARACTERS = 116


class Experiment:
    """The places of one experiment below an output folder."""

    def __init__(self, output: Path, demo):
        self.demo = demo
        self.folder = output / "experiments" / demo.name
        self.checkpoints = output / "training_checkpoints" / demo.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.checkpoints.mkdir(parents=True, exist_ok=True)

    def checkpoint_path(self):
        return self.checkpoints / f"checkpoint_ep{self.demo.iterations - 1}.pth"

    def save_training(self, law, run):
        """Write the configuration and the checkpoint of a finished training."""
        self._write_config(run.seconds)
        loss = run.recent_loss()
        checkpoint = {
            "episode": self.demo.iterations - 1,
            "model_state_dict": law.state_dict(),
            "optimizer_state_dict": run.optimiser.state_dict() if self.demo.keep_optimiser else {},
            "scheduler_state_dict": {},
            "loss": loss,
            "metrics": {},
            "combined_metric": loss,
        }
        for stale in self.checkpoints.glob("checkpoint_ep*.pth"):
            stale.unlink()
        torch.save(checkpoint, self.checkpoint_path())

    def load_law(self):
        """The law as it was trained, read back from its checkpoint."""
        law = self.demo.new_law()
        checkpoint = torch.load(self.checkpoint_path(), map_location="cpu", weights_only=True)
        law.load_state_dict(checkpoint["model_state_dict"])
        return law.eval()

    def save_presentation(self, law):
        """Write what shows the demo: atheria.json, the starting matter and the thumbnail."""
        demo = self.demo
        psi = world.to_psi(demo.start())
        np.savez_compressed(self.folder / "start.npz", psi=psi.numpy())
        picture.thumbnail(law, demo, self.folder / "thumbnail.webp")
        shown = {
            "title": demo.title,
            "description": demo.description,
            "try": demo.to_try,
            "grid": list(psi.shape[:2]),
            "boundary": demo.boundary,
            "init": "start.npz",
            "seed": self._save_seed(),
            "view": "rgb",
            "channel": 1,
            "rgb": list(demo.rgb),
            "colormap": "magma",
            "steps_per_second": demo.steps_per_second,
        }
        if demo.show:
            shown["show"] = demo.show
        write_json(self.folder / "atheria.json", shown)

    def _save_seed(self):
        """What a click plants, as atheria.json says it; cells go into a file."""
        planted = self.demo.planted
        if isinstance(planted, str):
            return planted
        np.savez_compressed(self.folder / "seed.npz", psi=world.to_psi(planted()).numpy())
        return "seed.npz"

    def _write_config(self, seconds):
        demo = self.demo
        now = datetime.datetime.now()
        begun = now - datetime.timedelta(seconds=seconds)
        write_json(
            self.folder / "config.json",
            {
                "EXPERIMENT_NAME": demo.name,
                "MODEL_ARCHITECTURE": demo.architecture,
                "LR_RATE_M": demo.learning_rate,
                "GRID_SIZE_TRAINING": demo.grid,
                "QCA_STEPS_TRAINING": demo.rollout,
                "TOTAL_EPISODES": demo.iterations,
                "MODEL_PARAMS": {"d_state": demo.d_state, "hidden_channels": demo.hidden_channels},
                "DEVICE": "cpu",
                "GAMMA_DECAY": world.GAMMA,
                "NOISE_LEVEL": demo.noise,
                "ENGINE_TYPE": "PYTHON",
                "BACKEND_TYPE": "LOCAL",
                "CONTINUE_TRAINING": False,
                "created_at": begun.isoformat(),
                "updated_at": now.isoformat(),
                "total_training_time": seconds,
                "last_training_time": now.isoformat(),
                "TRAINER_VERSION": "v4",
            },
        )


def write_json(path, value):
    """Readable JSON."""
    path.write_text(readable(value) + "\n", encoding="utf-8")


def readable(value, indent=0):
    """JSON, accents as they are; what is short is on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or indent + len(line) <= LINE_CHARACTERS:
        return line
    inner = indent + 4
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {readable(part, inner)}" for key, part in value.items()]
        first, last = "{}"
    else:
        parts = [readable(part, inner) for part in value]
        first, last = "[]"
    lines = ",\n".join(" " * inner + part for part in parts)
    return f"{first}\n{lines}\n{' ' * indent}{last}"
