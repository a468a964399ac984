#!/usr/bin/env bash
# A Rust compiler for wasm32-unknown-unknown. WASM_TOOLCHAIN=auto|installed|debian|rustup says whose:
#   installed  the active toolchain has the target already
#   debian     the distribution's rustc-web packages, unpacked in the cache; std is built from their source
#   rustup     `rustup target add`
# auto takes the first of the three that can work here. Where the compiler is not the active one,
# .tools/bin/rustc-wasm and .tools/bin/clippy-wasm call it.
source "$(dirname "$0")/env.sh"
lock_cache
TARGET=wasm32-unknown-unknown
mkdir -p "$TOOLS/bin"

has_target() { [ -d "$(RUSTC='' rustc --print sysroot)/lib/rustlib/$TARGET/lib" ]; }
use_active() { rm -f "$TOOLS/bin/rustc-wasm" "$TOOLS/bin/clippy-wasm"; }

from_rustup() {
  has_target || { say "Adding the target $TARGET with rustup"; need rustup "the Rust toolchain manager"; quietly rustup rustup target add "$TARGET"; }
  use_active
}

from_debian() {
  local root=$CACHE/rustc-web-for-$RUST_VERSION std llvm usr lib
  if [ ! -e "$root/.done" ]; then
    say "Unpacking the distribution's Rust compiler for wasm32 and building its std (about 1 minute, 500 MB)"
    work=$(mktemp -d)   # not local: the trap runs after this function
    trap 'rm -rf "$work"' EXIT; chmod 755 "$work"
    quietly apt-update as_root apt-get update -qq
    std=$(apt-cache depends libstd-rust-web-dev | sed -n 's/^ *Depends: \(libstd-rust-web-[0-9.]*\)$/\1/p')
    [ -n "$std" ] || fail "this distribution has no libstd-rust-web-dev; try WASM_TOOLCHAIN=rustup"
    llvm=$(apt-cache depends "$std" | sed -n 's/^ *Depends: \(libllvm[0-9]*\)$/\1/p')
    (cd "$work" && quietly apt-download apt-get download -qq rustc-web libstd-rust-web-dev "$std" rust-web-src rust-web-clippy "$llvm")
    rm -rf "$root"; mkdir -p "$root/bin"
    for package in "$work"/*.deb; do dpkg -x "$package" "$root"; done
    usr=$root/usr lib=$root/usr/lib/rustlib/$TARGET/lib
    mkdir -p "$lib" "$usr/lib/rustlib/x86_64-unknown-linux-gnu/bin"
    # rustup's own rust-lld, where rustc looks for it by itself
    ln -sf "$(RUSTC='' rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld" \
      "$usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld"
    cat >"$root/bin/rustc-wasm" <<'SH'
#!/bin/sh
r=$(dirname "$(readlink -f "$0")")/../usr
LD_LIBRARY_PATH=$r/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$r/bin/rustc" "$@"
SH
    cat >"$root/bin/clippy-wasm" <<'SH'
#!/bin/sh
r=$(dirname "$(readlink -f "$0")")/../usr
shift   # cargo puts the rustc it would run first
LD_LIBRARY_PATH=$r/lib/x86_64-linux-gnu exec "$r/bin/clippy-driver" rustc "$@"
SH
    chmod +x "$root/bin/rustc-wasm" "$root/bin/clippy-wasm"
    # std, once, in an empty library crate
    mkdir -p "$work/e/src"
    printf '[package]\nname="emptystd"\nversion="0.0.0"\nedition="2021"\n[workspace]\n' >"$work/e/Cargo.toml"
    echo '#![no_std]' >"$work/e/src/lib.rs"
    (cd "$work/e" && RUSTC_BOOTSTRAP=1 RUSTC=$root/bin/rustc-wasm RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR=$work/e/target \
      quietly wasm-std cargo build --release --target "$TARGET" -Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro)
    find "$work/e/target/$TARGET/release/deps" -name '*.rlib' ! -name 'libemptystd*' -exec cp {} "$lib/" \;
    rm -rf "$usr/src" "$CACHE/seed-rust-$RUST_VERSION/wasm" "$REPO/target/wasm"   # cargo does not notice a new std
    touch "$root/.done"
  fi
  ln -sfn "$root/bin/rustc-wasm" "$TOOLS/bin/rustc-wasm"
  ln -sfn "$root/bin/clippy-wasm" "$TOOLS/bin/clippy-wasm"
}

case ${WASM_TOOLCHAIN:-auto} in
  installed) has_target || fail "the active toolchain has no $TARGET; try WASM_TOOLCHAIN=rustup or debian"; use_active ;;
  rustup) from_rustup ;;
  debian) from_debian ;;
  auto)
    if has_target; then use_active
    elif command -v apt-get >/dev/null 2>&1; then from_debian
    else from_rustup; fi ;;
  *) fail "WASM_TOOLCHAIN is '$WASM_TOOLCHAIN'; it can be auto, installed, debian or rustup" ;;
esac
