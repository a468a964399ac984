"""The ways in which the peer makes steps, each in a process of its own: one that fails, hangs or is out of memory is the end of
that way alone. Not for: what a step is (tests/python/reference.py), or what is asked for (peer.py).

A child is forked before anything was computed, so that PyTorch is loaded once and each child has a CUDA context of its own.
"""
import json
import multiprocessing
import os
import shutil
import tempfile
import time
import traceback
from pathlib import Path

import torch

# What is timed, at least: a GPU makes some steps in less than its clock can tell.
ENOUGH_SECONDS = 0.5
# Steps captured as one graph, at most.
CAPTURED = 10


def finished(device):
    """Waits until a device has done what it was given."""
    if device == "cuda":
        torch.cuda.synchronize()


def timed(run, steps, device):
    """Milliseconds a step, where each run makes so many."""
    finished(device)
    times, began = 0, time.perf_counter()
    while True:
        run()
        finished(device)
        times += 1
        seconds = time.perf_counter() - began
        if seconds >= ENOUGH_SECONDS:
            return 1e3 * seconds / (times * steps)


def time_steps(engine, psi, steps, device):
    """Milliseconds a step, after one that is not counted."""
    state = [engine.step(psi)]

    def run():
        for _ in range(steps):
            state[0] = engine.step(state[0])

    return timed(run, steps, device)


@torch.inference_mode()
def time_graph(engine, psi, steps):
    """The same, with steps captured once as a CUDA graph and replayed: no launch of a kernel by the CPU is in the time."""
    captured = max(count for count in range(1, CAPTURED + 1) if steps % count == 0)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            psi = engine.step(psi)
    torch.cuda.current_stream().wait_stream(side)
    held, memory = psi.clone(), [part.clone() for part in engine.memory]
    engine.memory = tuple(memory)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        after = held
        for _ in range(captured):
            after = engine.step(after)
        held.copy_(after)
        for part, new in zip(memory, engine.memory):
            part.copy_(new)
    graph.replay()

    def run():
        for _ in range(steps // captured):
            graph.replay()

    ms = timed(run, steps, "cuda")
    if not bool(torch.isfinite(held.abs()).all()):
        raise ArithmeticError("the captured steps end in what is no number")
    return ms


def compiler_missing(device):
    """Why a law cannot be compiled here, where that is known at once."""
    wanted = [os.environ.get("CC" if device == "cuda" else "CXX")] + (["cc", "gcc", "clang"] if device == "cuda" else ["g++", "clang++"])
    if any(name and shutil.which(name) for name in wanted):
        return None
    return f"torch.compile needs a {'C' if device == 'cuda' else 'C++'} compiler, and there is none"


def keep_compiled():
    """What is compiled is kept for the rounds that follow."""
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(Path(tempfile.gettempdir()) / "atheria-bench-inductor"))


def first_line(error):
    """What an error says first, in one line."""
    # Of a law that cannot be compiled the first line says only where.
    words = " ".join(str(error).split("\n\n")[0].split())
    return f"{type(error).__name__}: {words[:200]}".rstrip(": ")


def child(work, pipe):
    try:
        answer = work()
    except BaseException as error:  # whatever it is, it is what came of this way
        traceback.print_exc()
        answer = {"problem": first_line(error)}
    pipe.send_bytes(json.dumps(answer).encode())
    pipe.close()


def apart(work, seconds):
    """What `work` returns, a dict, made in a process of its own that is ended when its time is over."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=child, args=(work, there))
    process.start()
    there.close()
    try:
        if not here.poll(seconds):
            return {"problem": f"it took longer than {seconds} s"}
        answer = json.loads(here.recv_bytes())
        process.join(5)
        return answer
    except EOFError:
        process.join(5)
        return {"problem": f"its process ended with {process.exitcode}"}
    finally:
        process.kill()
        process.join()
