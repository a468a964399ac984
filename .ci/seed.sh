#!/usr/bin/env bash
# Builds of dependencies, shared between clones by copying.
#   seed.sh take   a clone that has built nothing yet starts from what another one left in the cache
#   seed.sh give   leaves what this clone has built, once for each Cargo.lock
# Clones do not share one build folder: cargo names our own crates alike in each, and would take one clone's for another's.
# A seed holds none of our crates.
source "$(dirname "$0")/env.sh"
cd "$REPO"
SEED=$CACHE/seed-rust-$RUST_VERSION
OURS=(ath ath_engine ath-engine atheria atheria-shared atheria_shared atheria-tests atheria_tests frontend fault-engine fault_engine \
  atheria-checkpoint atheria_checkpoint atheria-law atheria_law atheria-torchscript atheria_torchscript \
  system numbers real_engine readme cases process showcases)

excluded() {
  echo --exclude=incremental
  for folder in release debug; do echo "--exclude=$folder/examples"; done
  for crate in "${OURS[@]}"; do
    echo "--exclude=*/$crate-????????????????*"
    echo "--exclude=*/lib$crate-????????????????*"
  done
  for program in ath ath-engine fault-engine frontend; do
    echo "--exclude=release/$program" ; echo "--exclude=*/$program.wasm"; echo "--exclude=*/$program.js"
  done
}

case ${1:-} in
  take)
    if [ ! -e target ] && [ -e "$SEED/.lock-sum" ]; then
      lock_cache
      say "Taking over builds of dependencies from the cache"
      mkdir target
      cp -a --reflink=auto "$SEED/." target/
    fi ;;
  give)
    sum=$(sha256sum <Cargo.lock)
    [ "$(cat "$SEED/.lock-sum" 2>/dev/null)" != "$sum" ] || exit 0
    lock_cache
    say "Leaving builds of dependencies in the cache, for the next clone"
    rm -rf "$SEED" "$SEED.new"; mkdir -p "$SEED.new"
    folders=(); for folder in release debug wasm; do [ ! -d "target/$folder" ] || folders+=("$folder"); done
    mapfile -t exclude < <(excluded)
    tar -C target -cf - "${exclude[@]}" "${folders[@]}" | tar -C "$SEED.new" -xf -
    echo "$sum" >"$SEED.new/.lock-sum"
    mv "$SEED.new" "$SEED" ;;
  *) fail "seed.sh take|give" ;;
esac
