"""Prints the licences of the crates that are in what is packed: licences.py

Each text once, with the crates that bring it. Crates that only build or test are not in it; the page's are.
"""
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

# What is packed, and the platform that it is built for.
PACKED = {"ath": "x86_64-unknown-linux-gnu", "ath-engine": "x86_64-unknown-linux-gnu", "frontend": "wasm32-unknown-unknown"}
TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicense)", re.I)


def crates(package, platform):
    """The packages that one consists of, itself left out."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", platform]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packages = {each["id"]: each for each in metadata["packages"]}
    nodes = {each["id"]: each for each in metadata["resolve"]["nodes"]}
    waiting = [each["id"] for each in metadata["packages"] if each["name"] == package and each["source"] is None]
    seen = set(waiting)
    while waiting:
        for needed in nodes[waiting.pop()]["deps"]:
            if needed["pkg"] not in seen and any(kind["kind"] is None for kind in needed["dep_kinds"]):
                seen.add(needed["pkg"])
                waiting.append(needed["pkg"])
    return [packages[each] for each in seen if packages[each]["source"] is not None]


def texts(crate):
    folder = Path(crate["manifest_path"]).parent
    files = sorted(file for file in folder.iterdir() if file.is_file() and TEXT.match(file.name) and file.suffix != ".rs")
    return [file.read_text(errors="replace").replace("\r\n", "\n").strip() for file in files]


found = {f"{crate['name']} {crate['version']}": crate for each in PACKED.items() for crate in crates(*each)}
bring, without = defaultdict(list), []
for name, crate in sorted(found.items()):
    for text in texts(crate) or [None]:
        if text is None:
            without.append(f"{name}: {crate['license'] or 'no licence'}, {crate['repository'] or ''}")
        else:
            bring[text].append(name)
if not found or any(crate["license"] is None and not crate["license_file"] for crate in found.values()):
    sys.exit("a crate says nothing about its licence")
print(f"The {len(found)} crates of Rust that Atheria is built with, and their licences.\n")
for name, crate in sorted(found.items()):
    print(f"    {name}: {crate['license'] or crate['license_file']}")
if without:
    print("\nWithout a text of their own:\n\n    " + "\n    ".join(without))
for text, names in sorted(bring.items(), key=lambda each: each[1]):
    print(f"\n{'=' * 100}\n{', '.join(names)}\n{'=' * 100}\n\n{text}")
