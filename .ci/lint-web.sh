#!/usr/bin/env bash
# Clippy on the page as it is compiled for the browser, warnings refused.
source "$(dirname "$0")/env.sh"
cd "$REPO"
if [ -e "$TOOLS/bin/rustc-wasm" ]; then
  export RUSTC=$TOOLS/bin/rustc-wasm RUSTC_WORKSPACE_WRAPPER=$TOOLS/bin/clippy-wasm
  command=check
else
  command=clippy
fi
export RUSTFLAGS="--cfg erase_components"   # as the page is built
export CARGO_TARGET_DIR=$REPO/target/wasm
log=$(mktemp); trap 'rm -f "$log"' EXIT
cargo "$command" --target wasm32-unknown-unknown -p frontend 2>&1 | tee "$log"
! grep -q '^warning' "$log" || fail "the page has warnings"
