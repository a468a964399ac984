"""The peer of `ath bench`: eager PyTorch, as tests/python/reference.py writes the step down.

    peer.py CASE.json        prints one line of JSON

The file's "device" says where: cpu, or cuda, there in full float32 (TF32 off) as Atheria is.
The file's "job" says what is wanted: `time` a step (in each of the "ways" of ways.py, with the fastest of the boundaries), the rate of
the `machine`'s matrix product, the `accuracy` of states that Atheria reached, or which part of them is `matter`.
"""
import json
import os
import re
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "python"))

import numpy as np
import torch
import torch.nn as nn

from reference import LAWS, DenseEngine, blob_world
from ways import apart, compiler_missing, finished, keep_compiled, time_graph, time_steps

# How a world's numbers may lie in memory. On a CPU channels-last is the faster one; a GPU is asked.
LAYOUTS = {"cpu": ["channels_last"], "cuda": ["channels_last", "contiguous"]}
# Above this many cells a side it is found out in a world half as large which boundary is the fastest.
TRIAL_SIDE = 1024
MATRIX_SIDE = 2048
MATRIX_ROUNDS = 9


def load(law):
    """The law of a case, with the weights of its checkpoint. Thresholds of spikes that are not there stay what they are."""
    module = LAWS[law["architecture"]](law["d_state"], law["hidden_channels"]).eval()
    weights = torch.load(law["checkpoint"], map_location="cpu", weights_only=True)
    module.load_state_dict(weights.get("model_state_dict", weights), strict=law["architecture"] != "SNN_UNET")
    return module


def bounded(module, boundary):
    """The module, its 3x3 convolutions with zeros beyond the edge (walls), or with the opposite edge (torus)."""
    mode = {"walls": "zeros", "torus": "circular"}[boundary]
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3):
            layer.padding_mode, layer._reversed_padding_repeated_twice = mode, [1, 1, 1, 1]
    return module


def vacuum(side, d, dtype=torch.complex64):
    psi = torch.zeros(1, side, side, d, dtype=dtype)
    psi[..., 0] = 1
    return psi


def start(case, side):
    """The case's starting matter in the middle of a world; without any, a square of noise."""
    d = case["law"]["d_state"]
    if case["start"] is None:
        return blob_world(side, d, side // 4)
    seed = torch.from_numpy(np.load(case["start"])["psi"])
    psi, at = vacuum(side, d), (side - seed.shape[0]) // 2
    psi[:, at : at + seed.shape[0], at : at + seed.shape[1]] = seed
    return psi


def time_case(case):
    """The time of a step in each of the ways, in the fastest boundary; its world's content does not change what a dense step costs."""
    law, side, device, steps = case["law"], case["side_cells"], case["device"], case["steps"]

    def engine(boundary, layout, compiled=False):
        module = bounded(load(law).to(device), boundary)
        if device == "cuda" and layout == "channels_last":
            # Else weights would be laid out anew in each step.
            module = module.to(memory_format=torch.channels_last)
        run = torch.compile(module) if compiled else module
        return DenseEngine(law["architecture"], run, law["gamma"], exact=layout == "contiguous")

    def choose():
        """Boundary and layout, by a few eager steps of a world that is not too large."""
        trial, tried = min(side, TRIAL_SIDE), []
        for boundary in case["boundaries"]:
            for layout in LAYOUTS[device]:
                ms = time_steps(engine(boundary, layout), start(case, trial).to(device), 1, device)
                tried.append({"boundary": boundary, "layout": layout, "side_cells": trial, "ms_per_step": ms})
        return {"tried": tried}

    def measure(way):
        if way == "graph":
            if device != "cuda":
                return {"problem": "a CUDA graph needs CUDA"}
            return {"ms_per_step": time_graph(engine(boundary, layout), start(case, side).to(device), steps)}
        if way == "compiled":
            if missing := compiler_missing(device):
                return {"problem": missing}
            keep_compiled()
        return {"ms_per_step": time_steps(engine(boundary, layout, way == "compiled"), start(case, side).to(device), steps, device)}

    boundary, layout, tried = case["boundaries"][0], LAYOUTS[device][0], []
    if len(case["boundaries"]) * len(LAYOUTS[device]) > 1:
        tried = apart(choose, case["way_seconds"]).get("tried", [])
        if tried:
            best = min(tried, key=lambda one: one["ms_per_step"])
            boundary, layout = best["boundary"], best["layout"]
    ways = [{"way": way, **apart(lambda: measure(way), case["way_seconds"])} for way in case["ways"]]
    return {"side_cells": side, "boundary": boundary, "tried": tried, "ways": ways}


def gpu(device):
    """The GPU and its driver."""
    if device != "cuda":
        return None
    try:
        driver = re.search(r"Module\s+(\S+)", Path("/proc/driver/nvidia/version").read_text())[1]
    except (OSError, TypeError):
        driver = "unknown"
    return f"{torch.cuda.get_device_name()}, driver {driver}, CUDA {torch.version.cuda}"


def machine(case):
    """What the machine can do at best: the rate of a large float32 matrix product."""
    device = case["device"]
    a, b = (torch.randn(MATRIX_SIDE, MATRIX_SIDE, device=device) for _ in range(2))
    a @ b
    finished(device)
    seconds = []
    for _ in range(MATRIX_ROUNDS):
        began = time.perf_counter()
        a @ b
        finished(device)
        seconds.append(time.perf_counter() - began)
    rate = 2e-9 * MATRIX_SIDE**3 / statistics.median(seconds)
    return {"matrix_gflops": rate, "torch": torch.__version__, "threads": torch.get_num_threads(), "gpu": gpu(device)}


def states(case):
    """What Atheria wrote: [(step, psi [1, H, W, d])]."""
    return [(one["step"], torch.from_numpy(np.load(one["path"])["psi"])[None]) for one in case["states"]]


def distance(a, b):
    """max |a - b|, taken in float64; infinite where a value is not finite."""
    worst = float((a.to(torch.complex128) - b.to(torch.complex128)).abs().max())
    return worst if np.isfinite(worst) else float("inf")


def accuracy(case):
    """From the first state on: how far Atheria's later ones are from dense float64, and how far the peer's own float32 is."""
    law, device = case["law"], case["device"]
    [(first, psi), *later] = states(case)
    psi = psi.to(device)
    module = bounded(load(law).to(device), case["boundary"])
    gamma, architecture = law["gamma"], law["architecture"]
    single, double = DenseEngine(architecture, module, gamma, exact=False), DenseEngine(architecture, bounded(load(law).to(device), case["boundary"]).double(), gamma)
    ours, mine, exact, step = dict(later), psi, psi.to(torch.complex128), first
    found = []
    while step < max(ours):
        mine, exact, step = single.step(mine), double.step(exact), step + 1
        if step in ours:
            found.append({"steps": step - first, "ours": distance(ours[step], exact.cpu()), "peer": distance(mine, exact)})
    return {"errors": found}


def matter(case):
    """Which part of the world deviates from the background, stepped in a small world of its own."""
    law = case["law"]
    engine = DenseEngine(law["architecture"], bounded(load(law), "torus"), law["gamma"])
    background, step, parts = vacuum(16, law["d_state"]), 0, []
    for at, psi in states(case):
        while step < at:
            background, step = engine.step(background), step + 1
        deviation = (psi - background[:, :1, :1]).abs().square().sum(-1).sqrt()
        parts.append({"step": at, "fraction": float((deviation > case["above"]).double().mean())})
    return {"parts": parts}


JOBS = {"time": time_case, "machine": machine, "accuracy": accuracy, "matter": matter}


def main():
    [path] = sys.argv[1:]
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0))))
    case = json.loads(Path(path).read_text())
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    # The fastest of cuDNN's convolutions, found out in the steps that are not timed.
    torch.backends.cudnn.benchmark = True
    print(json.dumps(JOBS[case["job"]](case)))


if __name__ == "__main__":
    main()
