#!/usr/bin/env bash
# target/gpu-kit: what is tried on a GPU machine that has no network and no build tools. Called by `make gpu-kit`, after the build,
# and by `make test`.
#   gpu-kit.sh [FOLDER]   FOLDER holds ath, ath-engine and ath-engine-tests; without one they are those of the release build
# CARGO_SCOPE="--workspace --exclude frontend" finds the tests that a run of all tests has built: cargo builds those of one package otherwise.
source "$(dirname "$0")/env.sh"
cd "$REPO"
source .ci/pack.sh
SCOPE=${CARGO_SCOPE:--p ath-engine}
KIT=$REPO/target/gpu-kit
MOST=60000000      # bytes
# The tests that compute on the device that ATHERIA_TEST_DEVICE names: server/engine/src/testing.rs.
ON_DEVICE='^(testing|run::golden|run::tests|world::agreement|world::tests::device|world::tests::turning|diagnose::device::tests)::|^run::sparse::tests::one_step::.*_in_batches_'

built=${1:-target/release} tests=${1:+$1/ath-engine-tests}
if [ -z "$tests" ]; then
  # shellcheck disable=SC2086 # several words
  tests=$(cargo test --quiet --release $SCOPE --lib --no-run --message-format=json |
    sed -n 's/.*"name":"ath_engine".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
fi
[ -x "$tests" ] || fail "'$tests' is missing: run make build"

rm -rf "$KIT"
mkdir -p "$KIT"/{bin,fixtures/golden,tests/python}
cp tests/gpu-kit/{run,kit.py,README.txt} "$KIT/"
for program in ath ath-engine; do pack_program "$built/$program" "$KIT/bin/$program"; done
pack_program "$tests" "$KIT/bin/ath-engine-tests"
"$tests" --list --format terse | sed -n 's/: test$//p' | grep -E "$ON_DEVICE" >"$KIT/tests.txt" || fail "no test is one of a device"
for law in tests/fixtures/golden/*/; do
  mkdir "$KIT/fixtures/golden/$(basename "$law")"
  cp "$law"{checkpoint_ep59.pth,golden.npz} "$KIT/fixtures/golden/$(basename "$law")/"
done
pack_demo "$KIT/demo"
mkdir -p "$KIT/tests/bench"
cp tests/bench/{peer,peer.py,ways.py,laws.py,report.py} "$KIT/tests/bench/"
cp tests/python/reference.py "$KIT/tests/python/"
pack_version "$KIT/VERSION"

bytes=$(du -sb "$KIT" | cut -f1)
[ "$bytes" -le "$MOST" ] || fail "$KIT has $bytes bytes, and $MOST are allowed"
say "target/gpu-kit: $((bytes / 1000000)) MB, $(wc -l <"$KIT/tests.txt") tests; on a GPU machine: run OUT"
