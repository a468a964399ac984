#!/usr/bin/env bash
# An nginx for the browser tests of proxies: NGINX=FILE, one that is installed, or Debian's, unpacked in the cache: installed, it
# would start as a service. Where there is none, this says so, and those tests are skipped.
source "$(dirname "$0")/env.sh"
lock_cache
mkdir -p "$TOOLS/bin"
UNPACKED=$CACHE/nginx

find_nginx() { for name in "${NGINX:-}" nginx /usr/sbin/nginx "$UNPACKED/usr/sbin/nginx"; do [ -n "$name" ] && command -v "$name" && return 0; done; return 1; }
unpack() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "Unpacking nginx"
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; chmod 755 "$work"
  (cd "$work" && { apt-get download -qq nginx || { as_root apt-get update -qq && apt-get download -qq nginx; }; }) >"$CACHE/nginx.log" 2>&1 || return 1
  rm -rf "$UNPACKED"
  dpkg -x "$work"/nginx_*.deb "$UNPACKED"
}
runs() { "$1" -v >/dev/null 2>&1; }

if { nginx=$(find_nginx) || { unpack && nginx=$(find_nginx); }; } && runs "$nginx"; then
  ln -sfn "$nginx" "$TOOLS/bin/nginx"
else
  say "There is no nginx here, and none could be had: the tests of proxies are skipped"
  rm -f "$TOOLS/bin/nginx"
fi
