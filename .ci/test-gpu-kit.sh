#!/usr/bin/env bash
# Makes the GPU kit and tries it where there is no GPU: on libtorch's CPU device. Called by .ci/test.sh, after all tests were built.
#   test-gpu-kit.sh [FOLDER]   as gpu-kit.sh has it
source "$(dirname "$0")/env.sh"
cd "$REPO"
KIT=$REPO/target/gpu-kit
.ci/gpu-kit.sh "$@"

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
for program in ath ath-engine ath-engine-tests; do
  if readelf -d "$KIT/bin/$program" | grep -E 'RPATH|RUNPATH'; then fail "$program still names a folder of this machine"; fi
done
# The same PyTorch by another name, which nothing was built with: what is loaded from there was found by the kit alone.
mkdir "$work/site"
ln -s "$(readlink -f "$TOOLS/libtorch")" "$work/site/torch"
touch "$work/begun"
(cd "$work" && PYTHON=$TOOLS/python PYTHONPATH=$work/site "$KIT/run" out --device cpu --quick) || fail "the kit failed on the CPU"

for file in summary.txt run.log tests.log diagnose.log diagnose.json bench.log bench.json BENCHMARKS-cpu.md; do
  [ -s "$work/out/$file" ] || [ "$file" = bench.log ] || fail "the kit left no $file"
done
count=$(find "$work/out" -type f | wc -l)
[ "$count" -le 8 ] || fail "the kit left $count files, and promises 8 at most"
grep -q "passed .*$work/site/torch/lib/libtorch.so" "$work/out/summary.txt" || fail "another libtorch was loaded than Python's"
grep -q '^| dense-unet32-256 | eager | [0-9]' "$work/out/BENCHMARKS-cpu.md" || fail "PyTorch was not measured"
[ -z "$(find "$KIT" "$work" -newer "$work/begun" -path "$work/out" -prune -o -newer "$work/begun" -type f -print)" ] || fail "the kit wrote elsewhere than to its folder"
