#!/usr/bin/env bash
# Runs every test and prints how many there were. Called by `make test`, after the build.
source "$(dirname "$0")/env.sh"
cd "$REPO"
passed=0 failed=0

if command -v cargo-nextest >/dev/null 2>&1; then runner=(cargo nextest run --no-tests=pass --no-fail-fast); else runner=(cargo test --no-fail-fast); fi
log=$(mktemp); trap 'rm -f "$log"' EXIT

say "Rust: units, and the whole system with real engines"
# The page's crate alone: beside it, the others' dependencies would have other features, and be built again.
MOST="--workspace --exclude frontend"
for scope in "$MOST" "--package frontend"; do
  # shellcheck disable=SC2086
  "${runner[@]}" --release $scope 2>&1 | tee -a "$log" || failed=1
done
passed=$((passed + $(sed -n -e 's/.*Summary.* \([0-9]*\) passed.*/\1/p' -e 's/^test result:.* \([0-9]*\) passed.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')))
broken=$(sed -n -e 's/.*Summary.* \([0-9]*\) failed.*/\1/p' -e 's/^test result:.* \([0-9]*\) failed.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
[ "$failed" = 0 ] || failed=$((broken > 0 ? broken : 1))

say "The GPU kit, on the CPU"
if CARGO_SCOPE=$MOST .ci/test-gpu-kit.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

say "The tarball, unpacked where there is nothing else"
if .ci/test-dist.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi

say "The browser, against the built product"
if (cd e2e && CHROMIUM=$(readlink -f "$TOOLS/bin/browser") npx --no-install playwright test) 2>&1 | tee "$log"; then :; else failed=$((failed + 1)); fi
passed=$((passed + $(sed -n 's/^ *\([0-9]*\) passed.*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')))

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
