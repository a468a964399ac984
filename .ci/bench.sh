#!/usr/bin/env bash
# Measures and writes BENCHMARKS.md, with DEVICE=cuda BENCHMARKS-cuda.md. Called by `make bench`, after the build. Every figure of
# those files comes from here.
source "$(dirname "$0")/env.sh"
cd "$REPO"
DEVICE=${DEVICE:-cpu}
report=BENCHMARKS.md; [ "$DEVICE" = cpu ] || report=BENCHMARKS-$DEVICE.md
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT

say "Worlds, beside PyTorch, in turns (about ten minutes)"
"$TOOLS/python" tests/bench/laws.py "$work/laws"
# What was measured is written down also where a case could not be.
measured=0
target/release/ath bench --json --device "$DEVICE" --peer tests/bench/peer --laws "$work/laws" >"$work/bench.json" || measured=$?
[ "$measured" = 0 ] || [ "$measured" = 4 ] || fail "ath bench ended with $measured: $(tail -n 3 "$work/bench.json")"

say "From a click to the first frame, and frames a second, in the browser"
(cd e2e && ATHERIA_BENCH="$work/page.json" CHROMIUM=$(readlink -f "$TOOLS/bin/browser") npx --no-install playwright test --config bench.config.ts)

"$TOOLS/python" tests/bench/report.py "$work/bench.json" "$work/page.json" dist >"$work/report.md"
mv "$work/report.md" "$report"
say "$report is written"
[ "$measured" = 0 ] || fail "some cases could not be measured: see the file"
