#!/usr/bin/env bash
# PyTorch's libtorch for the engine, and the Python that the tests compare with. In this order:
#   LIBTORCH=DIR            a libtorch (or the torch folder of a wheel) of the user's own
#   an active PyTorch       `python3` in an activated environment that imports torch 2.11
#   a virtual environment   in the cache, with torch from the package index
# Writes .cargo/config.toml, so that plain `cargo` finds the same one.
source "$(dirname "$0")/env.sh"
need "$PYTHON" "Python 3.10 or later; on Debian: apt-get install python3 python3-venv"
lock_cache

torch_of() { "$1" -c 'import os, torch; print(torch.__version__.split("+")[0], os.path.dirname(torch.__file__))' 2>/dev/null || true; }

VENV=$CACHE/venv-torch-$TORCH_VERSION-py$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
make_venv() {
  [ -e "$VENV/.done" ] && return 0
  say "Installing PyTorch $TORCH_VERSION in a virtual environment (about 2 minutes, 5 GB with its CUDA libraries)"
  "$PYTHON" -m venv "$VENV" || fail "python -m venv failed; on Debian: apt-get install python3-venv"
  quietly pip "$VENV/bin/pip" install --disable-pip-version-check "torch==$TORCH_VERSION" "numpy==$NUMPY_VERSION" "pillow==$PILLOW_VERSION"
  touch "$VENV/.done"
}

library= python=
if [ -n "${LIBTORCH:-}" ]; then
  [ -d "$LIBTORCH/lib" ] || fail "LIBTORCH=$LIBTORCH has no lib folder"
  if [ -r "$LIBTORCH/build-version" ]; then version=$(cut -d+ -f1 "$LIBTORCH/build-version")
  else version=$(sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$LIBTORCH/version.py" 2>/dev/null || true); fi
  [ "$version" = "$TORCH_VERSION" ] || fail "LIBTORCH=$LIBTORCH is version '${version:-unknown}'; the engine needs $TORCH_VERSION"
  library=$LIBTORCH
elif [ -n "${VIRTUAL_ENV:-}${CONDA_PREFIX:-}" ]; then
  read -r version folder <<<"$(torch_of "$PYTHON")" || true
  if [ "${version:-}" = "$TORCH_VERSION" ] && "$PYTHON" -c 'import numpy' 2>/dev/null; then library=$folder python=$(command -v "$PYTHON"); fi
fi
if [ -z "$python" ]; then
  make_venv
  python=$VENV/bin/python
fi
if [ -z "$library" ]; then
  # Asked without importing torch, which takes two seconds.
  library=$("$python" -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])') || fail "torch is missing in $VENV: remove that folder and run this again"
fi
ln -sfn "$library" "$TOOLS/libtorch"
# Not a link: through one, Python would not see the virtual environment that it belongs to.
rm -f "$TOOLS/python"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$python" >"$TOOLS/python"
chmod +x "$TOOLS/python"

mkdir -p "$REPO/.cargo"
config="# Written by .ci/setup-torch.sh; not in the repository, since it names this machine's folders.
[env]
LIBTORCH = \"$library\"
"
[ "$config" = "$(cat "$REPO/.cargo/config.toml" 2>/dev/null; echo)" ] || printf '%s' "$config" >"$REPO/.cargo/config.toml"
