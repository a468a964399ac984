"""Train the demo experiments: `python server/demo/train NAME...|all`. README.md says more."""

import argparse
import importlib
import pkgutil
import tempfile
from pathlib import Path

import torch

import picture
import recipes
from experiment import Experiment
from training import Run

DEFAULT_OUTPUT = Path(__file__).resolve().parent.parent / "output"


def arguments():
    """The command line."""
    names = sorted(module.name for module in pkgutil.iter_modules(recipes.__path__))
    parser = argparse.ArgumentParser(prog="python server/demo/train", description=__doc__)
    choices = [*names, "all"]
    parser.add_argument("names", nargs="+", choices=choices, metavar="NAME", help=", ".join(choices))
    parser.add_argument("--out", type=Path, default=DEFAULT_OUTPUT, help="output folder (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default: 1, which is reproducible)")
    parser.add_argument("--work", type=Path, help="folder for safe copies and contact sheets (default: a temporary one)")
    parser.add_argument("--show-only", action="store_true", help="keep the trained law; write only how it is shown")
    options = parser.parse_args()
    if "all" in options.names:
        options.names = names
    return options


def train(demo, experiment, work):
    """Train the demo's law and write it."""
    law = demo.new_law()
    run = Run(demo, law, safe_copy=work / f"{demo.name}.pth")
    demo.train(law, run)
    experiment.save_training(law, run)
    print(f"{demo.name}: trained in {run.seconds:.0f} s, loss {run.recent_loss():.5f}", flush=True)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    work = options.work or Path(tempfile.mkdtemp(prefix="atheria-demos-"))
    work.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        demo = importlib.import_module(f"recipes.{name}").DEMO
        experiment = Experiment(options.out, demo)
        if not options.show_only:
            train(demo, experiment, work)
        law = experiment.load_law()
        experiment.save_presentation(law)
        sheet = work / f"{name}.png"
        for t, matter, change in picture.contact_sheet(law, demo, sheet):
            print(f"{name}: t {t:4d}  matter {matter:.4f}  change per step {change:.5f}")
        print(f"{name}: look at {sheet}", flush=True)


if __name__ == "__main__":
    main()
