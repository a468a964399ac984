# Sourced by every script here: the pinned versions, where things are kept, and how a step speaks.
# Not for: doing any work.
set -euo pipefail

TORCH_VERSION=2.11.0          # tch 0.24.0 goes with exactly this one
NUMPY_VERSION=2.4.3
PILLOW_VERSION=13.0.0
TRUNK_VERSION=0.21.14
CARGO_DENY_VERSION=0.20.2     # its hash is in setup-deny.sh
WASM_BINDGEN_VERSION=0.2.130  # the same as in Cargo.toml: a mismatch breaks the page
PYTHON=${PYTHON:-python3}

REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${ATHERIA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/atheria}
TOOLS=$REPO/.tools            # links into the cache, one set for each clone
mkdir -p "$CACHE" "$TOOLS"

RUST_VERSION=$(RUSTC='' rustc --version | cut -d' ' -f2)
WEB_TOOLS=$CACHE/web-tools-trunk-$TRUNK_VERSION-wasm-bindgen-$WASM_BINDGEN_VERSION

say()  { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf '\033[1;31merror:\033[0m %s\n' "$*" >&2; exit 1; }

# need COMMAND "what it is for, and how to get it"
need() { command -v "$1" >/dev/null 2>&1 || fail "'$1' is missing: $2"; }

# quietly LOG COMMAND...: runs it, keeps its output in the cache, shows the end of it when it fails.
quietly() {
  local log=$CACHE/$1.log; shift
  "$@" >"$log" 2>&1 && return 0
  tail -n 25 "$log" >&2
  fail "failed: $* (all of its output: $log)"
}

# as_root COMMAND...: through sudo where we are not root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else fail "this needs root: $*"; fi
}

# One set-up at a time: two clones share the cache.
lock_cache() { exec 9>"$CACHE/.lock"; flock -w 3600 9 || fail "another set-up has held $CACHE/.lock for an hour"; }
