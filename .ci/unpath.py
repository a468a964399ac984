"""Takes the library folders of the machine that built them out of programs: unpath.py PROGRAM...

An RPATH would win over LD_LIBRARY_PATH, and either names a folder that is nobody's business elsewhere. The entries of a 64-bit
little-endian ELF file's dynamic section are moved up over them; what `patchelf --remove-rpath` does, without patchelf.
"""
import struct
import sys
from pathlib import Path

DYNAMIC = 2          # of a program header
RPATH, RUNPATH = 15, 29
ENTRY = struct.Struct("<qQ")


def dynamic(data):
    """Where the dynamic section lies: offset and length."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise ValueError("no 64-bit little-endian ELF file")
    (offset,), (size, count) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<HH", data, 54)
    for at in range(offset, offset + size * count, size):
        kind, _, start, _, _, length = struct.unpack_from("<IIQQQQ", data, at)
        if kind == DYNAMIC:
            return start, length
    raise ValueError("it has no dynamic section")


def unpath(path):
    data = bytearray(path.read_bytes())
    start, length = dynamic(data)
    entries = [ENTRY.unpack_from(data, at) for at in range(start, start + length, ENTRY.size)]
    kept = [entry for entry in entries if entry[0] not in (RPATH, RUNPATH)]
    kept += [(0, 0)] * (len(entries) - len(kept))
    for at, entry in zip(range(start, start + length, ENTRY.size), kept):
        ENTRY.pack_into(data, at, *entry)
    path.write_bytes(data)


for argument in sys.argv[1:]:
    try:
        unpath(Path(argument))
    except (OSError, ValueError, struct.error) as error:
        sys.exit(f"{argument}: {error}")
