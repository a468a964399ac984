"""BENCHMARKS.md from what was measured: report.py BENCH.json [PAGE.json DIST]

BENCH.json is what `ath bench --json` prints: what is to be reached, and whether it was, is already in it. Without a page nothing is
said of one: that is a report of the GPU kit.
"""
import datetime
import json
import os
import platform
import sys
from pathlib import Path


WAYS = {"eager": "eager", "compiled": "torch.compile", "graph": "eager, as a CUDA graph"}


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def size(path):
    return f"{path.stat().st_size / 1000:.0f} kB"


def number(value):
    """Three figures, more where the number has more before its point."""
    if 0 < abs(value) < 0.01:
        return f"{value:.1e}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(figure):
    """The median, and the range where there is one."""
    if figure is None:
        return "-"
    median, least, most = (number(figure[key]) for key in ("median", "least", "most"))
    return median if least == most else f"{median} ({least} to {most})"


def mark(side, value):
    return "-" if value is None else f"{'≥' if side == 'at_least' else '≤'} {value:g}"


def answer(met):
    return {True: "yes", False: "**no**", None: "-"}[met]


def table_row(row):
    target, reached = row["target"], spread(row["reached"])
    if row["extrapolated"] and row["reached"] is not None:
        reached += ", extrapolated"
    side = target["side"]
    cells = [row["what"], mark(side, target["bound"]), mark(side, target["aim"]), reached, answer(row["met"]), answer(row["aimed"])]
    return f"| {' | '.join(cells)} | {row.get('note', '')} |"


def case_row(case):
    if "numbers" not in case:
        return f"| {case['case']} | not measured: {case['problem']} | | | | | |"
    numbers, peak = case["numbers"], case["peak_resident_bytes"]
    tiles = f"{numbers['matter_tiles']:,} / {numbers['active_tiles']:,} / {numbers['background_tiles']:,}"
    memory = f"{numbers['memory_bytes'] / 1e6:,.1f}" + ("" if peak is None else f" ({peak / 1e6:,.0f})")
    gflops = number(case["gflops"]["median"]) if case["gflops"]["median"] else "-"
    steps = "{} to {}".format(case["steps"][0] + 1, sum(case["steps"]))
    return f"| {case['case']} | {steps} | {spread(case['ms_per_step'])} | {gflops} | {tiles} | {numbers['matter_cells']:,} | {memory} |"


def trial(one):
    layout = f" {one['layout']}" if one.get("layout") else ""
    return f"{one['boundary']}{layout} {number(one['ms_per_step'])} at {one['side_cells']}"


def rival_rows(case):
    for rival in case["rivals"]:
        name = WAYS[rival["way"]]
        if rival.get("problem"):
            yield f"| {case['case']} | {name} | not measured: {rival['problem']} | | |"
        if rival["time"] is None:
            continue
        time = rival["time"]
        how = f"{time['side_cells']} x {time['side_cells']}, {time['boundary']}"
        if rival["extrapolated"]:
            how += "; **extrapolated by cells**"
        if rival.get("fastest"):
            name = f"**{name}, the fastest**"
        tried = "; ".join(map(trial, time["tried"]))
        yield f"| {case['case']} | {name} | {spread(rival['ms_per_step'])} | {how} | {tried} |"


def machine_lines(bench):
    machine = bench["machine"]
    if machine is None:
        return [f"- Atheria {bench['threads']} threads; no peer ran"]
    gpu = [f"- GPU: {machine['gpu']}"] if machine.get("gpu") else []
    return gpu + [
        f"- Atheria {bench['threads']} threads, PyTorch {machine['torch']} {machine['threads']} threads; {bench['rounds']} rounds, medians (ranges)",
        f"- The machine's matrix product (PyTorch, float32, 2048 x 2048): **{number(machine['matrix_gflops'])} GFLOP/s**",
    ]


def matter_lines(cases):
    for case in cases:
        for part in case.get("matter", []):
            yield f"{case['case']}: {100 * part['fraction']:.2f} % of the cells deviate by more than 1e-4 at step {part['step']}."


def page_lines(page, dist):
    wasm = next(dist.glob("*.wasm"))
    return [
        "",
        "## The page",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| first frame after a click, export included | {page['first_frame_export_s']:.2f} s |",
        f"| first frame after a click, export done before | {page['first_frame_s']:.2f} s |",
        f"| wasm, as served with Brotli | {size(wasm.with_name(wasm.name + '.br'))} |",
        f"| wasm, unpacked | {size(wasm)} |",
        f"| memory of `ath` alone, one session open (resident) | {page['server_resident_bytes'] / 1e6:.1f} MB |",
        f"| memory of its engine process (resident) | {page['engine_resident_bytes'] / 1e6:.0f} MB |",
        *(line for world in ("flower_128", "flower_1024") for line in paint_lines(page, world)),
    ]


def paint_lines(page, world):
    """At full pace on 1440 x 900, drawn by the processor."""
    demo, side = world.split("_")
    figure = lambda name: page[f"{world}_{name}"]
    yield (
        f"| {demo.capitalize()}, {side} x {side}, at full pace: frames painted a second (sent; steps) "
        f"| {figure('painted'):.1f} ({figure('sent'):.1f}; {figure('steps'):.0f}) |"
    )
    yield f"| ... share of the page's main thread | {100 * figure('main_thread'):.0f} % |"


def main():
    bench, *page = sys.argv[1:]
    bench = json.loads(Path(bench).read_text())
    page = page_lines(json.loads(Path(page[0]).read_text()), Path(page[1])) if page else []
    writer = "make bench" if page else "gpu-kit/run"
    cores = len(os.sched_getaffinity(0))
    lines = [
        "# Benchmarks",
        "",
        f"Written by `{writer}`. Ratios are between programs that ran in turns on the same machine; other machines give other times.",
        "",
        f"- Date: {datetime.date.today()}",
        f"- Machine: {processor()}, {cores} cores, {platform.system()} {platform.machine()}",
        f"- Worlds are computed on: {bench['device']}",
        *machine_lines(bench),
        "",
        "## What is to be reached",
        "",
        "The laws are the trained demos, but for the dense cases, whose sizes no demo has. The peer is `tests/python/reference.py`, which steps every cell,",
        "in the layout that it runs fastest in, and with the faster of its boundaries. A ratio is the peer's time over Atheria's, or what the line says.",
        "",
        "| what | at least | aim | reached | yes? | aim? | note |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *map(table_row, bench["table"]),
        "",
        "## Atheria",
        "",
        "GFLOP/s are those of the convolutions, over the whole time of a step. Tiles: with matter, computed, of the background. Memory: the world and its buffers;",
        "in brackets the most that the engine process ever had resident, libtorch included.",
        "",
        "| case | steps | ms a step | GFLOP/s | tiles | matter cells | memory, MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *map(case_row, bench["cases"]),
        "",
        *matter_lines(bench["cases"]),
        "",
        "## PyTorch",
        "",
        "| case | how | ms a step | measured at | tried first, ms a step |",
        "| --- | --- | --- | --- | --- |",
        *(row for case in bench["cases"] for row in rival_rows(case)),
        *page,
    ]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
