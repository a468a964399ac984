"""Experiments with seeded weights, for the sizes that no demo has: laws.py DIR

Their names say architecture and size; `ath bench --laws DIR` looks for these.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import torch

from reference import LAWS

SIZES = [("UNET", 8, 32), ("MLP", 8, 32)]


def write(root, architecture, d, hidden):
    torch.manual_seed(0)
    law = LAWS[architecture](d, hidden)
    name = f"{architecture}-d{d}-h{hidden}"
    experiment, checkpoints = root / "experiments" / name, root / "training_checkpoints" / name
    experiment.mkdir(parents=True)
    checkpoints.mkdir(parents=True)
    config = {
        "EXPERIMENT_NAME": name,
        "MODEL_ARCHITECTURE": architecture,
        "MODEL_PARAMS": {"d_state": d, "hidden_channels": hidden},
        "GAMMA_DECAY": 0.01,
    }
    (experiment / "config.json").write_text(json.dumps(config))
    torch.save({"episode": 0, "model_state_dict": law.state_dict(), "loss": 0.0}, checkpoints / "checkpoint_ep0.pth")


def main():
    for architecture, d, hidden in SIZES:
        write(Path(sys.argv[1]), architecture, d, hidden)


if __name__ == "__main__":
    main()
