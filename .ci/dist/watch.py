"""Sees whether an unpacked Atheria does what it should: watch.py PROCESS LOG FOLDER

The server PROCESS writes its address into LOG and was unpacked in FOLDER: its page, its demos, a world that is live and goes on, on
libraries of that folder and of the system alone.
"""
import json
import re
import sys
import time
import urllib.request
from pathlib import Path

SECONDS = 60
DEMOS = 8
DEMO = "flower"

process, log, folder = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]).resolve()
ends = time.monotonic() + SECONDS


def until(what, look):
    """What `look` answers, once it answers something."""
    while True:
        if (found := look()) is not None:
            return found
        if time.monotonic() > ends:
            sys.exit(f"there was no {what} after {SECONDS} s")
        if not Path(f"/proc/{process}").exists():
            sys.exit(f"there was no {what}: the server has ended")
        time.sleep(0.05)


def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return answer.read()


def session():
    now = json.loads(ask(f"api/sessions/{opened}"))
    if now["phase"] not in ("opening", "live"):
        sys.exit(f"the world of {DEMO} is {now['phase']}: {now.get('error')}")
    return now


def lives():
    now = session()
    return now if now["phase"] == "live" and now["status"] and now["status"]["step"] >= 8 else None


def engines():
    """The processes that the server has started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == process:
                yield stat.parent
        except OSError:
            continue  # it has ended


def address_in_log():
    found = re.search(r"http://[0-9.:]+/", log.read_text())
    return found and found[0]


address = until("address", address_in_log)
page = ask("").decode()
wasm = re.search(r"[\w-]+_bg\.wasm", page)
if "Atheria" not in page or not wasm:
    sys.exit("the page is not that of Atheria")
ask(wasm[0])
experiments = json.loads(ask("api/experiments"))["experiments"]
broken = [experiment["name"] for experiment in experiments if experiment["problem"]]
if len(experiments) != DEMOS or broken:
    sys.exit(f"{len(experiments)} demos, and with problems: {broken}")
opened = json.loads(ask("api/sessions", {"experiment": DEMO}))["id"]
now = until("live world", lives)

loaded = set()
for engine in engines():
    for line in (engine / "maps").read_text().splitlines():
        if ".so" in (file := line.split()[-1]):
            loaded.add(Path(file))
foreign = [file for file in loaded if folder not in file.parents and not re.match(r"(/usr)?/lib(64)?/", str(file))]
if foreign or not any(file.name == "libtorch_cpu.so" for file in loaded):
    sys.exit(f"an engine has loaded {foreign or 'no libtorch'}")
print(f"    {DEMO} is at step {now['status']['step']}, {len(loaded)} libraries, {SECONDS - (ends - time.monotonic()):.1f} s")
