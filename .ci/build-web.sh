#!/usr/bin/env bash
# The page, for release: dist/, with a Brotli and a gzip copy beside each file that gains from one. Does nothing when it is current.
source "$(dirname "$0")/env.sh"
cd "$REPO"
FONTS=e2e/node_modules/@fontsource-variable
BUILT=dist/.built

if [ -e "$BUILT" ] && [ -e dist/index.html ] && [ -z "$(find frontend shared/src shared/Cargo.toml Cargo.toml Cargo.lock \
    Trunk.toml .ci/build-web.sh e2e/package-lock.json -newer "$BUILT" -print -quit)" ]; then
  exit 0
fi
[ -d "$FONTS" ] || fail "the fonts are missing: run .ci/setup-web.sh"
need node "Node 20 or later"

say "Building the page"
if [ -x "$TOOLS/bin/rustc-wasm" ]; then export RUSTC=$TOOLS/bin/rustc-wasm; fi
quietly fetch cargo fetch --locked   # trunk runs offline: it would ask for the latest of its tools
# What cargo decides by is the content of its inputs, so a file that changes meanwhile counts as changed afterwards.
started=$(mktemp); trap 'rm -f "$started"' EXIT
# Erased components: a smaller file, quicker to compile.
quietly page env RUSTFLAGS="--cfg erase_components" PATH="$REPO/e2e/node_modules/.bin:$TOOLS/bin:$PATH" \
  CARGO_TARGET_DIR="$REPO/target/wasm" \
  trunk build --release --offline --cargo-profile wasm-release --color never

node -e '
  const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
  const { brotliCompressSync, gzipSync, constants } = require("node:zlib");
  for (const name of readdirSync("dist").filter((name) => /\.(wasm|js|css|html|svg)$/.test(name))) {
    const bytes = readFileSync(`dist/${name}`);
    const packed = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    writeFileSync(`dist/${name}.br`, packed);
    // Browsers take Brotli over https and from their own machine only.
    writeFileSync(`dist/${name}.gz`, gzipSync(bytes, { level: 9 }));
    if (name.endsWith(".wasm")) console.log(`    ${name}: ${bytes.length} bytes, ${packed.length} with Brotli`);
  }'
touch -r "$started" "$BUILT"
