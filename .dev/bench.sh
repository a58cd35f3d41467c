#!/usr/bin/env bash
# Set-up and the private servers, then the measurements:  bench.sh [reach allocation ...]
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"

say "WasteHub in $ROOT"
make_state
# Held to the end: another make in this clone would be measured too.
hold_lock
.dev/system.sh run
.dev/python.sh test
rest_as_before
export_settings
start_services
"$VENV_PYTHON" -m tests.bench "$@" 9>&-
