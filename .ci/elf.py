"""Changes what programs are told about their libraries, for other machines than the one that built them:

    elf.py [--path PATH] [--without LIBRARY]... PROGRAM...

The library folders of the machine that built them (RPATH, RUNPATH) go: an RPATH would win over LD_LIBRARY_PATH, and either names
a folder that is nobody's business elsewhere. With --path that one is looked in instead, such as $ORIGIN/lib; it is written over the
old one, which must not be shorter. Libraries --without which a program does run are no longer asked for (NEEDED).

What patchelf does, without patchelf: entries of a 64-bit little-endian ELF file's dynamic section are moved up over those that go.
"""
import argparse
import struct
import sys
from pathlib import Path

LOAD, DYNAMIC = 1, 2                                        # of a program header
END, NEEDED, STRINGS, RPATH, RUNPATH = 0, 1, 5, 15, 29      # of an entry
ENTRY = struct.Struct("<qQ")


class Program:
    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            raise ValueError("no 64-bit little-endian ELF file")
        self.data = data
        (offset,), (size, count) = struct.unpack_from("<Q", data, 32), struct.unpack_from("<HH", data, 54)
        headers = [struct.unpack_from("<IIQQQQ", data, at) for at in range(offset, offset + size * count, size)]
        self.loads = [(address, start, length) for kind, _, start, address, _, length in headers if kind == LOAD]
        dynamic = [(start, length) for kind, _, start, _, _, length in headers if kind == DYNAMIC]
        if not dynamic:
            raise ValueError("it has no dynamic section")
        self.start, self.length = dynamic[0]
        self.entries = [ENTRY.unpack_from(data, at) for at in range(self.start, self.start + self.length, ENTRY.size)]
        self.strings = next((self.place(value) for tag, value in self.entries if tag == STRINGS), None)

    def place(self, address):
        """Where in the file lies what is loaded to an address."""
        for first, start, length in self.loads:
            if first <= address < first + length:
                return start + address - first
        raise ValueError("its dynamic section names an address that is not loaded")

    def text(self, value):
        at = self.strings + value
        return self.data[at : self.data.index(0, at)]

    def change(self, path, without):
        kept, told = [], path is None
        for tag, value in self.entries:
            if tag == END:
                break
            if tag in (RPATH, RUNPATH):
                if told:
                    continue
                old = self.text(value)
                if len(path) > len(old):
                    raise ValueError(f"{path.decode()} is longer than its library folder, {old.decode()}, which it is written over")
                at = self.strings + value
                self.data[at : at + len(old)] = path.ljust(len(old), b"\0")
                told = True
            elif tag == NEEDED and self.text(value) in without:
                continue
            kept.append((tag, value))
        if not told:
            raise ValueError("it names no library folder that another could be written over")
        kept += [(END, 0)] * (len(self.entries) - len(kept))
        for at, entry in zip(range(self.start, self.start + self.length, ENTRY.size), kept):
            ENTRY.pack_into(self.data, at, *entry)


arguments = argparse.ArgumentParser()
arguments.add_argument("--path", type=str.encode)
arguments.add_argument("--without", type=str.encode, action="append", default=[])
arguments.add_argument("programs", type=Path, nargs="+")
arguments = arguments.parse_args()
for file in arguments.programs:
    try:
        program = Program(bytearray(file.read_bytes()))
        program.change(arguments.path, arguments.without)
        file.write_bytes(program.data)
    except (OSError, ValueError, struct.error) as error:
        sys.exit(f"{file}: {error}")
