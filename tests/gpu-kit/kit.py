"""What the GPU kit asks of Python; nothing but its standard library is imported before it is known to be there.

    kit.py libtorch cuda|cpu VERSION      this interpreter, its PyTorch's version, the folders of its libraries: a line each
    kit.py device cuda|cpu                what there is to compute on
    kit.py diagnosis cuda|cpu FILE.json   what `ath diagnose --json` found, in words; fails where something is wrong with it
    kit.py merged FILE.json...            several of those as one document
    kit.py measured BENCH.json            a benchmark's verdict, and how much of it was measured: a line each
"""
import importlib.util
import json
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

# What the check of the device says where CUDA was compared with the CPU.
COMPARED = "cuda_error"
# What `ath bench` says of a case that it had no time for.
NO_TIME = "no time left"


def libtorch(device, version):
    """Found without importing it: that takes seconds, and fails where a library is missing."""
    wanted = re.search(r"^torch (\S+)$", Path(version).read_text(), re.M)[1]
    try:
        spec = importlib.util.find_spec("torch")
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{sys.executable} has no PyTorch: PYTHON=/path/to/python3 names one that has {wanted}")
    folder = Path(spec.submodule_search_locations[0])
    try:
        found = re.search(r"^__version__ = ['\"]([^'\"]+)", (folder / "version.py").read_text(), re.M)[1]
    except (OSError, TypeError):
        sys.exit(f"{folder} does not say which version of PyTorch it is")
    if found.split("+")[0].split(".")[:2] != wanted.split(".")[:2]:
        sys.exit(f"{folder} is PyTorch {found}; this kit was built for {wanted}: PYTHON=/path/to/python3 names another")
    needed = ["libtorch.so", "libtorch_cpu.so"] + (["libtorch_cuda.so"] if device == "cuda" else [])
    for name in needed:
        if not (folder / "lib" / name).exists():
            sys.exit(f"{folder} has no lib/{name}" + (": it is a PyTorch without CUDA" if "cuda" in name else ""))
    wheels = sorted(folder.parent.glob("nvidia/*/lib"))
    print(sys.executable, found, ":".join(map(str, [folder / "lib", *wheels])), sep="\n")


def device(kind):
    """Prints what the report of a failure needs; the lines that begin with `device:` are for the summary."""
    print(f"machine: {platform.platform()}, {platform.libc_ver()[1]}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}")
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            print("processor:", line.split(":", 1)[1].strip())
            break
    if kind == "cuda":
        for command in (["nvidia-smi"], ["cat", "/proc/driver/nvidia/version"]):
            try:
                said = subprocess.run(command, capture_output=True, text=True, timeout=20)
                print(said.stdout + said.stderr)
            except (OSError, subprocess.SubprocessError) as error:
                print(f"{command[0]}: {error}")
    began = time.perf_counter()
    import torch

    print(f"PyTorch {torch.__version__} was loaded in {time.perf_counter() - began:.1f} s")
    if kind == "cpu":
        print(f"device: CPU, {torch.get_num_threads()} threads")
        return
    if not torch.cuda.is_available():
        # Its own words for why.
        try:
            torch.cuda.init()
        except Exception as error:
            sys.exit(f"PyTorch finds no CUDA device: {str(error).splitlines()[0]}")
        sys.exit("PyTorch finds no CUDA device")
    facts = torch.cuda.get_device_properties(0)
    driver = re.search(r"Module\s+(\S+)", Path("/proc/driver/nvidia/version").read_text()) if Path("/proc/driver/nvidia/version").exists() else None
    print(
        f"device: {facts.name}, {facts.total_memory / 2**30:.0f} GiB, compute capability {facts.major}.{facts.minor}, "
        f"driver {driver[1] if driver else 'unknown'}, CUDA {torch.version.cuda}"
    )
    one = torch.ones(256, 256, device="cuda")
    if float((one @ one).sum()) != 256.0**3:
        sys.exit("a product of ones on the device is wrong")


def part_of(path, key):
    """A part of what `ath --json` printed; where it is an error, that is said in one line."""
    text = Path(path).read_text()
    try:
        document = json.loads(text)
        return document[key]
    except (ValueError, KeyError, TypeError):
        said = re.search(r'"message": "(.*)"', text)
        sys.exit(said[1] if said else f"{Path(path).name} is not what was asked for: {' '.join(text.split())[:200]}")


def diagnosis(kind, path):
    diagnoses = part_of(path, "diagnoses")
    for one in diagnoses:
        print(f"{one['experiment']}:")
        for check in one["checks"]:
            print(f"  [{check['verdict']}] {check['check']}: {check['finding']}")
            for figure in check["evidence"]:
                # What is no number is a text in JSON: NaN, inf.
                value = figure["value"] if isinstance(figure["value"], str) else f"{figure['value']:.3g}"
                print(f"      {figure['name']} {value} {figure.get('unit', '')}".rstrip())
            if check["advice"]:
                print(f"      What to do: {check['advice']}")
    wrong = [check for one in diagnoses for check in one["checks"] if check["verdict"] == "failed"]
    if wrong:
        sys.exit("; ".join(f"{check['check']}: {check['finding']}" for check in wrong))
    figures = [figure["name"] for one in diagnoses for check in one["checks"] for figure in check["evidence"]]
    if kind == "cuda" and COMPARED not in figures:
        sys.exit("nothing was computed on CUDA: the engine found none")


def merged(*paths):
    diagnoses = []
    for path in paths:
        try:
            diagnoses += json.loads(Path(path).read_text())["diagnoses"]
        except (OSError, ValueError, KeyError, TypeError):
            print(f"{path} holds no diagnosis", file=sys.stderr)
    passed = bool(diagnoses) and all(check["verdict"] != "failed" for one in diagnoses for check in one["checks"])
    print(json.dumps({"passed": passed, "diagnoses": diagnoses}, indent=2))


def measured(path):
    cases = part_of(path, "cases")
    problems = [case["problem"] for case in cases if "problem" in case]
    late = sum(NO_TIME in problem for problem in problems)
    print("passed" if not problems else "timed out" if late == len(problems) else "failed")
    whole = len(cases) - len(problems)
    rivals = [rival for case in cases for rival in case["rivals"]]
    words = f"{whole} of {len(cases)} cases and {sum(rival['ratio'] is not None for rival in rivals)} of {len(rivals)} ways of PyTorch were measured"
    first = next((f"; {case['case']}: {case['problem']}" for case in cases if NO_TIME not in case.get("problem", NO_TIME)), "")
    print(words + first)


if __name__ == "__main__":
    _, name, *arguments = sys.argv
    {"libtorch": libtorch, "device": device, "diagnosis": diagnosis, "merged": merged, "measured": measured}[name](*arguments)
