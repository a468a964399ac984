"""BENCHMARKS.md from what was measured: report.py DENSE.json PAGE.json DIST"""
import datetime
import json
import os
import platform
import sys
from pathlib import Path


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def size(path):
    return f"{path.stat().st_size / 1000:.0f} kB"


def main():
    dense, page = (json.loads(Path(argument).read_text()) for argument in sys.argv[1:3])
    wasm = next(Path(sys.argv[3]).glob("*.wasm"))
    cores = len(os.sched_getaffinity(0))
    print(f"""# Benchmarks

Written by `make bench`. Ratios are between programs that ran in turns on the same machine; other machines give other times.

- Date: {datetime.date.today()}
- Machine: {processor()}, {cores} cores, {platform.system()} {platform.machine()}
- PyTorch {dense["torch"]}, {dense["threads"]} threads; {dense["rounds"]} rounds, medians

## Dense steps beside eager PyTorch

The reference (`tests/python/reference.py`) runs in the layout that it is fastest in. Above 1 Atheria is faster.

| law | PyTorch, ms a step | Atheria, ms a step | ratio (range) |
| --- | --- | --- | --- |""")
    for row in dense["results"]:
        low, high = row["ratio_range"]
        print(f"| {row['case']} | {row['python_ms']} | {row['atheria_ms']} | **{row['ratio']}** ({low}-{high}) |")
    print(f"""
## The page

| what | figure |
| --- | --- |
| first frame after a click, export included | {page["first_frame_export_s"]:.2f} s |
| first frame after a click, export done before | {page["first_frame_s"]:.2f} s |
| wasm, as served with Brotli | {size(wasm.with_name(wasm.name + ".br"))} |
| wasm, unpacked | {size(wasm)} |
| memory of `ath` alone, one session open (resident) | {page["server_resident_bytes"] / 1e6:.1f} MB |
| memory of its engine process (resident) | {page["engine_resident_bytes"] / 1e6:.0f} MB |
""")


if __name__ == "__main__":
    main()
