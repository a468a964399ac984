#!/usr/bin/env bash
# What Atheria is built from, against .cargo/deny.toml: licences, crates in two versions, sources. Called by `make lint`.
# ADVISORIES=yes: known faults of those versions too, where the database of them can be reached. Not by itself: it changes without
# us, and a check that failed today would say nothing of what was changed.
source "$(dirname "$0")/env.sh"
cd "$REPO"
deny=$TOOLS/bin/cargo-deny
if [ ! -x "$deny" ]; then
  [ -z "${CI:-}" ] || fail "cargo-deny is missing: run .ci/setup-deny.sh"
  say "Licences and sources of crates are not checked: cargo-deny is missing"
  exit 0
fi
quietly fetch cargo fetch --locked   # it looks at all of them
"$deny" --offline --log-level error check bans licenses sources

[ "${ADVISORIES:-no}" = yes ] || exit 0
if timeout 120 "$deny" --log-level error fetch db >"$CACHE/advisories.log" 2>&1; then
  "$deny" --log-level error check advisories
else
  say "Advisories are not checked: their database cannot be reached (see $CACHE/advisories.log)"
fi
