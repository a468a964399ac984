#!/usr/bin/env bash
# Makes the tarball, unpacks it in an empty folder and opens a demo there, with nothing of this machine's environment. Called by
# .ci/test.sh, after the build.
source "$(dirname "$0")/env.sh"
cd "$REPO"

work=$(mktemp -d); server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
.ci/dist.sh "$work/made" 1
mkdir "$work"/{unpacked,home,tmp}
tar -C "$work/unpacked" -xzf "$work"/made/atheria-*.tar.gz
cd "$work"/unpacked/atheria-*
bare=(env -i HOME="$work/home" TMPDIR="$work/tmp" PATH=/usr/bin:/bin)

if "${bare[@]}" ldd -r ./ath-engine 2>&1 | grep -E 'not found|undefined symbol'; then fail "the engine lacks a library, or what was left out of one"; fi
# From another folder too it finds its own.
(cd / && "${bare[@]}" "$OLDPWD/ath" experiments --json) >"$work/experiments.json" || fail "ath experiments failed"

"${bare[@]}" ./ath serve --port 0 >"$work/log" 2>&1 & server=$!
"$TOOLS/python" "$REPO/.ci/dist/watch.py" "$server" "$work/log" "$PWD" || { tail -n 20 "$work/log" >&2; fail "the unpacked Atheria does not serve"; }
kill "$server"
wait "$server" || fail "the server ended with $?"
server=
[ -z "$(find "$work/home" "$work/tmp" -type f -print -quit)" ] || fail "it left files behind: $(find "$work/home" "$work/tmp" -type f)"
