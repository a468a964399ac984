#!/usr/bin/env bash
# Measures and writes BENCHMARKS.md. Called by `make bench`, after the build. Every figure of that file comes from here.
source "$(dirname "$0")/env.sh"
cd "$REPO"
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

say "Worlds, beside PyTorch, in turns (about ten minutes)"
"$TOOLS/python" tests/bench/laws.py "$work/laws"
# What was measured is written down also where a case could not be.
measured=0
target/release/ath bench --json --peer tests/bench/peer --laws "$work/laws" >"$work/bench.json" || measured=$?
[ "$measured" = 0 ] || [ "$measured" = 4 ] || fail "ath bench ended with $measured: $(tail -n 3 "$work/bench.json")"

say "From a click to the first frame, in the browser"
(cd e2e && ATHERIA_BENCH="$work/page.json" CHROMIUM=$(readlink -f "$TOOLS/bin/browser") npx --no-install playwright test --config bench.config.ts)

"$TOOLS/python" tests/bench/report.py "$work/bench.json" "$work/page.json" dist >"$work/BENCHMARKS.md"
mv "$work/BENCHMARKS.md" BENCHMARKS.md
say "BENCHMARKS.md is written"
[ "$measured" = 0 ] || fail "some cases could not be measured: see the file"
