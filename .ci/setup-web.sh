#!/usr/bin/env bash
# What builds the page: trunk, wasm-bindgen, and from npm wasm-opt, the fonts and Playwright.
source "$(dirname "$0")/env.sh"
need npm "Node 20 or later, for wasm-opt, the fonts and the browser tests"
need cargo "Rust, from rustup"
lock_cache
mkdir -p "$TOOLS/bin"

# tool NAME VERSION [ARGUMENTS OF cargo install]
tool() {
  local name=$1 version=$2; shift 2
  [ -e "$WEB_TOOLS/.$name" ] && return 0
  say "Building $name $version (once for this machine; some minutes)"
  # Light optimisation: these run for seconds, and are built once.
  quietly "$name" env -u RUSTC -u RUSTFLAGS \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    CARGO_TARGET_DIR="$CACHE/tools-target" \
    cargo install "$name" --version "$version" --root "$WEB_TOOLS" --force "$@"
  touch "$WEB_TOOLS/.$name"
}
tool trunk "$TRUNK_VERSION" --locked
tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION"
rm -rf "$CACHE/tools-target"
for program in "$WEB_TOOLS"/bin/*; do ln -sfn "$program" "$TOOLS/bin/$(basename "$program")"; done

if [ ! -e "$REPO/e2e/node_modules/.done" ] || [ "$REPO/e2e/package-lock.json" -nt "$REPO/e2e/node_modules/.done" ]; then
  say "Installing wasm-opt, the fonts and Playwright from npm"
  (cd "$REPO/e2e" && quietly npm npm ci --no-audit --no-fund --ignore-scripts)
  touch "$REPO/e2e/node_modules/.done"
fi
