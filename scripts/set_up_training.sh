#!/bin/sh
# Makes .venv-train: all of .venv's locked packages, and torch for CPUs, which training and importing of weights need.
# torch has no hash here: the wheel for CPUs and the one of the package index bear the same version.
set -eu
cd "$(dirname "$0")/.."
sh scripts/set_up.sh
torch="torch==2.13.0"

stamp=.venv-train/klarsyn-locks.sum
now=$(cat locks/bootstrap.txt locks/test.txt pyproject.toml plugins/*/pyproject.toml scripts/set_up_training.sh | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  exit 0
fi
[ -x .venv-train/bin/python ] || "${PYTHON:-python3}" -m venv .venv-train
export UV_LINK_MODE="${UV_LINK_MODE:-copy}"
.venv/bin/uv pip install -q -p .venv-train/bin/python --require-hashes -r locks/test.txt
.venv-train/bin/python -m pip install -q --disable-pip-version-check "$torch"
.venv/bin/uv pip install -q -p .venv-train/bin/python --no-deps --no-build-isolation -e . -e plugins/demo_cad -e plugins/gmic -e plugins/triton
printf '%s\n' "$now" >"$stamp"
