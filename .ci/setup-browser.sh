#!/usr/bin/env bash
# A Chromium for the browser tests: CHROMIUM=FILE, one that is installed, or Debian's.
source "$(dirname "$0")/env.sh"
lock_cache
mkdir -p "$TOOLS/bin"
find_browser() { for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do [ -n "$name" ] && command -v "$name" && return 0; done; return 1; }
if ! browser=$(find_browser); then
  need apt-get "no Chromium found and no apt-get to install it: set CHROMIUM=/path/to/chromium"
  say "Installing Chromium"
  quietly apt-update as_root apt-get update -qq
  quietly apt-chromium as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium
  browser=$(find_browser) || fail "Chromium was installed but is not on PATH"
fi
ln -sfn "$browser" "$TOOLS/bin/browser"
exec "$(dirname "$0")/setup-nginx.sh"
