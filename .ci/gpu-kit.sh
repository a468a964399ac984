#!/usr/bin/env bash
# target/gpu-kit: what is tried on a GPU machine that has no network and no build tools. Called by `make gpu-kit`, after the build,
# and by `make test`.
#   gpu-kit.sh [FOLDER]   FOLDER holds ath, ath-engine and ath-engine-tests; without one they are those of the release build
# CARGO_SCOPE="--workspace --exclude frontend" finds the tests that a run of all tests has built: cargo builds those of one package otherwise.
source "$(dirname "$0")/env.sh"
cd "$REPO"
SCOPE=${CARGO_SCOPE:--p ath-engine}
KIT=$REPO/target/gpu-kit
MOST=60000000      # bytes
# The tests that compute on the device that ATHERIA_TEST_DEVICE names: server/engine/src/testing.rs.
ON_DEVICE='^(testing|run::golden|run::tests|world::agreement|world::tests::device|world::tests::turning|diagnose::device::tests)::|^run::sparse::tests::one_step::.*_in_batches_'
need strip "binutils, which a C compiler comes with"

built=${1:-target/release} tests=${1:+$1/ath-engine-tests}
if [ -z "$tests" ]; then
  # shellcheck disable=SC2086 # several words
  tests=$(cargo test --quiet --release $SCOPE --lib --no-run --message-format=json |
    sed -n 's/.*"name":"ath_engine".*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)
fi
for program in "$built/ath" "$built/ath-engine" "$tests"; do [ -x "$program" ] || fail "'$program' is missing: run make build"; done

rm -rf "$KIT"
mkdir -p "$KIT"/{bin,fixtures/golden,tests/python}
cp tests/gpu-kit/{run,kit.py,README.txt} "$KIT/"
for program in ath ath-engine; do strip -o "$KIT/bin/$program" "$built/$program"; done
strip -o "$KIT/bin/ath-engine-tests" "$tests"
"$TOOLS/python" .ci/unpath.py "$KIT/bin/ath-engine" "$KIT/bin/ath-engine-tests"
"$tests" --list --format terse | sed -n 's/: test$//p' | grep -E "$ON_DEVICE" >"$KIT/tests.txt" || fail "no test is one of a device"
for law in tests/fixtures/golden/*/; do
  mkdir "$KIT/fixtures/golden/$(basename "$law")"
  cp "$law"{checkpoint_ep59.pth,golden.npz} "$KIT/fixtures/golden/$(basename "$law")/"
done
# Without what was exported here.
mkdir "$KIT/demo"
cp -r server/demo/output/experiments "$KIT/demo/"
for demo in server/demo/output/training_checkpoints/*/; do
  mkdir -p "$KIT/demo/training_checkpoints/$(basename "$demo")"
  cp "$demo"checkpoint_*.pth "$KIT/demo/training_checkpoints/$(basename "$demo")/"
done
mkdir -p "$KIT/tests/bench"
cp tests/bench/{peer,peer.py,ways.py,laws.py,report.py} "$KIT/tests/bench/"
cp tests/python/reference.py "$KIT/tests/python/"
{
  echo "atheria $(git describe --always --dirty --tags 2>/dev/null || echo 'of no repository')"
  echo "torch $TORCH_VERSION"
  echo "built $(date -u +%Y-%m-%d) with rustc $RUST_VERSION, glibc $(getconf GNU_LIBC_VERSION | cut -d' ' -f2)"
} >"$KIT/VERSION"

bytes=$(du -sb "$KIT" | cut -f1)
[ "$bytes" -le "$MOST" ] || fail "$KIT has $bytes bytes, and $MOST are allowed"
say "target/gpu-kit: $((bytes / 1000000)) MB, $(wc -l <"$KIT/tests.txt") tests; on a GPU machine: run OUT"
