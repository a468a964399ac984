#!/usr/bin/env bash
# Measures and writes BENCHMARKS.md. Called by `make bench`, after the build. Every figure of that file comes from here.
source "$(dirname "$0")/env.sh"
cd "$REPO"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

say "Dense steps beside PyTorch, in turns"
"$TOOLS/python" tests/bench/dense.py --ath target/release/ath >"$work/dense.json"

say "From a click to the first frame, in the browser"
(cd e2e && ATHERIA_BENCH="$work/page.json" CHROMIUM=$(readlink -f "$TOOLS/bin/browser") npx --no-install playwright test --config bench.config.ts)

"$TOOLS/python" tests/bench/report.py "$work/dense.json" "$work/page.json" dist >BENCHMARKS.md
say "BENCHMARKS.md is written"
