# Sourced, after env.sh, by what packs programs for machines that have neither this repository nor its tools.
# Not for: what only one of them packs.
need strip "binutils, which a C compiler comes with"

# pack_program FROM TO [ARGUMENTS OF elf.py]: without its symbols and without the library folders of this machine.
pack_program() {
  local from=$1 to=$2; shift 2
  [ -x "$from" ] || fail "'$from' is missing: run make build"
  strip -o "$to" "$from"
  "$TOOLS/python" .ci/elf.py "$@" "$to"
}

# pack_demo FOLDER: its experiments and their checkpoints, without what was exported here.
pack_demo() {
  local demo
  mkdir -p "$1"
  cp -r server/demo/output/experiments "$1/"
  for demo in server/demo/output/training_checkpoints/*/; do
    mkdir -p "$1/training_checkpoints/$(basename "$demo")"
    cp "$demo"checkpoint_*.pth "$1/training_checkpoints/$(basename "$demo")/"
  done
}

# pack_version FILE: which version, made with what.
pack_version() {
  {
    echo "atheria $(git describe --always --dirty --tags 2>/dev/null || echo 'of no repository')"
    echo "torch $TORCH_VERSION"
    echo "built $(date -u +%Y-%m-%d) with rustc $RUST_VERSION, glibc $(getconf GNU_LIBC_VERSION | cut -d' ' -f2)"
  } >"$1"
}
