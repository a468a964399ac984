"""Loads exports in PyTorch and holds them against the checkpoints they were made from.

    compare_exports.py [--traced] ROOT...

ROOT is a folder with output/experiments and output/training_checkpoints. For each experiment in it: the export's
`state_dict()` has the checkpoint's keys, shapes, dtypes and bits; `forward` equals the PyTorch module of the law, with the
checkpoint's weights, on grids that the export was not verified on; memory is optional and is carried; it converts, is saved and
loaded again. Prints `NAME equal` for each, and fails at the first difference.
"""
import json
import sys
import tempfile
from pathlib import Path

import torch

from reference import LAWS

# Trained boundary of the golden experiments: zeros beyond the edge, as the modules pad.
GRIDS = [(8, 8), (20, 28), (32, 32)]
# The same operators in the same order give the same bits; SNN_UNET's spikes leave no room for less.
TOLERANCE = 0.0


def check(condition, *words):
    if not condition:
        sys.exit(" ".join(str(word) for word in words))


def answers(module, x, memory):
    out = module(x, *memory)
    return out if isinstance(out, tuple) else (out,)


def compare(name, config, checkpoint, export, traced):
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)["model_state_dict"]
    extra = {"atheria.json": ""}
    found = torch.jit.load(str(export), map_location="cpu", _extra_files=extra).eval()
    manifest = json.loads(extra["atheria.json"])
    check(manifest["architecture"] == config["MODEL_ARCHITECTURE"], name, "manifest", manifest)
    check(manifest["verified"]["max_abs_error"] <= 1e-5, name, "manifest", manifest)

    if not traced:
        state = found.state_dict()
        check(set(state) == set(saved), name, "keys differ:", set(state) ^ set(saved))
        for key, tensor in saved.items():
            same = state[key].dtype == tensor.dtype and state[key].shape == tensor.shape and torch.equal(state[key], tensor)
            check(same, name, key, "is not the checkpoint's")
        trained = {key for key, _ in found.named_parameters()}
        expected = {key for key in saved if "lif" not in key}
        check(trained == expected, name, "parameters differ:", trained ^ expected)

    law = LAWS[config["MODEL_ARCHITECTURE"]](**config["MODEL_PARAMS"]).eval()
    law.load_state_dict(saved, strict=True)
    remembers = config["MODEL_ARCHITECTURE"] == "UNET_CONVLSTM"
    generator = torch.Generator().manual_seed(1)
    d = config["MODEL_PARAMS"]["d_state"]
    with torch.inference_mode():
        for height, width in GRIDS:
            x = torch.randn(1, 2 * d, height, width, generator=generator)
            memory = ()
            for _ in range(2 if remembers else 1):
                ours, theirs = answers(found, x, memory), answers(law, x, memory)
                check(len(ours) == len(theirs), name, "answers", len(ours), "for", len(theirs))
                for a, b in zip(ours, theirs):
                    error = (a - b).abs().max().item()
                    check(a.shape == b.shape and error <= TOLERANCE, name, (height, width), "differs by", error)
                memory = theirs[1:]

    with tempfile.TemporaryDirectory() as folder:
        again = str(Path(folder) / "again.pt")
        found.double().save(again)
        torch.jit.load(again)
    print(name, "equal")


def main():
    arguments = sys.argv[1:]
    traced = "--traced" in arguments
    for root in (Path(argument) for argument in arguments if argument != "--traced"):
        for folder in sorted((root / "output" / "experiments").iterdir()):
            config = json.loads((folder / "config.json").read_text())
            checkpoints = root / "output" / "training_checkpoints" / folder.name
            export = next(checkpoints.glob("model_*.pt"))
            compare(folder.name, config, next(checkpoints.glob("checkpoint_*.pth")), export, traced)


if __name__ == "__main__":
    main()
