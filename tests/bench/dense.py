"""Dense steps, Atheria beside PyTorch, in one run on one machine.

    dense.py --ath FILE [--cases FILE] [--rounds N]

For each case a law with seeded weights is saved as a checkpoint; `ath run` and the reference (eager PyTorch, in the layout that it
runs fastest in) then step the same starting matter, in turns, and the medians are compared. Prints JSON.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import numpy as np
import torch

from reference import LAWS, DenseEngine, blob_world

# architecture, d_state, hidden channels, cells a side, steps in a round
CASES = [
    ("UNET", 8, 32, 256, 6),
    ("UNET", 8, 16, 256, 12),
    ("MLP", 8, 32, 256, 60),
    ("DEEP_QCA", 6, 64, 256, 12),
]


def prepare(root, architecture, d, hidden, side):
    """An experiment with seeded weights, and its starting matter."""
    torch.manual_seed(0)
    law = LAWS[architecture](d, hidden).eval()
    name = f"{architecture}-d{d}-h{hidden}"
    experiment, checkpoints = root / "output/experiments" / name, root / "output/training_checkpoints" / name
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
    psi = blob_world(side, d, side // 4)
    np.savez(root / "start.npz", psi=psi[0].numpy())
    return name, law, psi


def theirs(architecture, law, psi, steps):
    """Milliseconds a step of eager PyTorch."""
    engine = DenseEngine(architecture, law, exact=False)
    psi = engine.step(engine.step(psi))
    began = time.perf_counter()
    for _ in range(steps):
        psi = engine.step(psi)
    return 1e3 * (time.perf_counter() - began) / steps


def ours(ath, root, name, side, steps):
    """Milliseconds a step of `ath run`, start-up aside: the difference of a long and a short run would carry its noise, so
    the program says itself how long its steps took."""
    command = [ath, "run", "--json", "--root", str(root), "--experiment", name, "--steps", str(steps + 2)]
    command += ["--grid", f"{side}x{side}", "--boundary", "walls", "--init", str(root / "start.npz")]
    command += ["--device", "cpu", "--out", str(root / "end.npz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    report = json.loads(done.stdout)
    return 1e3 * report["seconds"] / report["step"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ath", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(max(1, len(__import__("os").sched_getaffinity(0))))
    results = []
    for architecture, d, hidden, side, steps in CASES:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            name, law, psi = prepare(root, architecture, d, hidden, side)
            pairs = []
            for _ in range(arguments.rounds):
                pairs.append((theirs(architecture, law, psi, steps), ours(arguments.ath, root, name, side, steps)))
            python_ms, atheria_ms = (statistics.median(side) for side in zip(*pairs))
            results.append(
                {
                    "case": f"{architecture} d={d} hidden={hidden}, {side}x{side}, walls",
                    "python_ms": round(python_ms, 2),
                    "atheria_ms": round(atheria_ms, 2),
                    "ratio": round(statistics.median(python / atheria for python, atheria in pairs), 2),
                    "ratio_range": [round(f(python / atheria for python, atheria in pairs), 2) for f in (min, max)],
                }
            )
            print(results[-1], file=sys.stderr, flush=True)
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "rounds": arguments.rounds, "results": results}))


if __name__ == "__main__":
    main()
