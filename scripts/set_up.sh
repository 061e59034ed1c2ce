#!/bin/sh
# Makes .venv from the locked files, from nothing: Python's venv module, uv, every package with its hash,
# Klarsyn and its plugins editable. Qt's system libraries come from Debian's own packages.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

install() { # packages...
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing system packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null || echo "apt-get update failed; trying with the lists at hand" >&2
    apt-get install -y -q --no-install-recommends "$@" >/dev/null
  else
    echo "These system packages are missing. Run this once, then the same make command again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" >&2
    exit 1
  fi
}

missing=""
if command -v dpkg-query >/dev/null; then
  # What a package provides counts too: libglib2.0-0 is called libglib2.0-0t64 on newer releases.
  installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Provides}\n' | grep '^ii' | tr -s ' ,()=' '\n')
  for package in $(sed 's/#.*//' packaging/debian-packages.txt); do
    printf '%s\n' "$installed" | grep -qx "$package" || missing="$missing $package"
  done
fi
if ! command -v "$python" >/dev/null; then
  missing="$missing python3 python3-venv"
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  missing="$missing python3-venv"
fi
# shellcheck disable=SC2086  # a list of words is meant
[ -z "$missing" ] || install $missing

"$python" - <<'EOF'
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(f"Klarsyn needs Python 3.11 to 3.13, this is {sys.version.split()[0]}. Name one: make PYTHON=python3.12 ...")
EOF

stamp=.venv/klarsyn-locks.sum
now=$(cat locks/bootstrap.txt locks/test.txt pyproject.toml plugins/*/pyproject.toml | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  exit 0
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r locks/bootstrap.txt
export UV_LINK_MODE="${UV_LINK_MODE:-copy}"
.venv/bin/uv pip install -q -p .venv/bin/python --require-hashes -r locks/test.txt
.venv/bin/uv pip install -q -p .venv/bin/python --no-deps --no-build-isolation -e . -e plugins/demo_cad -e plugins/gmic -e plugins/triton
printf '%s\n' "$now" >"$stamp"
