#!/usr/bin/env bash
# Install by apt what is missing of the packages named as arguments.
set -eu
missing=()
for p in "$@"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "installing: ${missing[*]}"
# apt prints the hosts it talks to: only its verdict is shown.
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"; } >/tmp/riskgwd-apt.$$ 2>&1; then
    grep -E '^E:' /tmp/riskgwd-apt.$$ | sed 's|[a-z]*://[^ ]*|(registry)|g' >&2
    rm -f /tmp/riskgwd-apt.$$
    echo "apt could not install: ${missing[*]}" >&2
    exit 1
fi
rm -f /tmp/riskgwd-apt.$$
