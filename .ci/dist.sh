#!/usr/bin/env bash
# target/dist/atheria-VERSION-ARCH-linux.tar.gz: programs, page, demo and the part of libtorch that computes on a CPU, for a machine
# that has none of it. Called by `make dist`, after the build, and by `make test`.
#   dist.sh [FOLDER [LEVEL]]   where it is put, and how hard gzip tries, 1 to 9
# Left out is all of CUDA but two small libraries that libtorch's CPU part names: with the rest it would be some 3 GB.
source "$(dirname "$0")/env.sh"
cd "$REPO"
source .ci/pack.sh
TO=${1:-target/dist} LEVEL=${2:-6}
VERSION=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
NAME=atheria-$VERSION-$(uname -m)-linux
MOST=200000000      # bytes
# What the engine runs without, on a CPU; and what every Linux with glibc has.
CUDA=(libtorch.so libtorch_cuda.so libc10_cuda.so)
SYSTEM='^(ld-linux-x86-64|lib(c|m|dl|rt|util|pthread|gcc_s|stdc\+\+))\.so'
need readelf "binutils, which a C compiler comes with"
[ -e dist/index.html ] || fail "the page is missing: run make build"

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
folder=$work/$NAME
mkdir -p "$folder"/{lib,licences,server/demo}
pack_program target/release/ath "$folder/ath"
# shellcheck disable=SC2016 # the loader's word, not the shell's
pack_program target/release/ath-engine "$folder/ath-engine" --path '$ORIGIN/lib' "${CUDA[@]/#/--without=}"

# take PROGRAM: the libraries that it asks for, and that those ask for. Where they lie here, the unchanged engine says.
ldd target/release/ath-engine | sed -n 's/^\s*\(\S*\) => \(\/\S*\) .*/\1 \2/p' >"$work/here"
needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }
take() {
  local name from
  for name in $(needed "$1"); do
    if [[ $name =~ $SYSTEM ]] || [ -e "$folder/lib/$name" ]; then continue; fi
    from=$(sed -n "s|^$name ||p" "$work/here" | head -n 1)
    [ -n "$from" ] || fail "$1 needs $name, which is not here"
    strip -o "$folder/lib/$name" "$from"
    take "$folder/lib/$name"
  done
}
take "$folder/ath-engine"

mkdir "$folder/dist"
cp dist/* "$folder/dist/"      # not .built, which is this clone's
pack_demo "$folder/server/demo/output"
cp LICENSE .ci/dist/README.txt "$folder/"
pack_version "$folder/VERSION"
# The words that come with what others made: crates, fonts, PyTorch, NVIDIA's two libraries.
"$TOOLS/python" .ci/licences.py >"$folder/licences/crates.txt"
for font in inter jetbrains-mono; do cp "e2e/node_modules/@fontsource-variable/$font/LICENSE" "$folder/licences/font-$font.txt"; done
packages=$(readlink -f "$TOOLS/libtorch")/..
for file in "$packages"/torch-"$TORCH_VERSION"*.dist-info/licenses/{LICENSE,NOTICE}; do
  [ ! -e "$file" ] || cp "$file" "$folder/licences/torch-$(basename "$file").txt"
done
for file in "$packages"/nvidia_cuda_runtime-*.dist-info/licenses/License.txt; do
  [ ! -e "$file" ] || cp "$file" "$folder/licences/cuda.txt"
done

mkdir -p "$TO"
# The same files make the same archive.
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct 2>/dev/null || echo 0)" -cf - "$NAME" |
  gzip -n "-$LEVEL" >"$TO/$NAME.tar.gz.new"
mv "$TO/$NAME.tar.gz.new" "$TO/$NAME.tar.gz"
bytes=$(stat -c %s "$TO/$NAME.tar.gz")
[ "$bytes" -le "$MOST" ] || fail "$TO/$NAME.tar.gz has $bytes bytes, and $MOST are allowed"
say "$TO/$NAME.tar.gz: $((bytes / 1000000)) MB, $(du -sm "$folder" | cut -f1) MB unpacked; there: ./ath serve"
