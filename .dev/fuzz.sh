#!/usr/bin/env bash
# Set-up and the private servers, then the tests that take minutes:  fuzz.sh [for pytest]
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"

say "WasteHub in $ROOT"
make_state
hold_lock
.dev/system.sh run
.dev/python.sh test
rest_as_before
export_settings
start_services
release_lock
# -rP shows what the tests that pass have counted.
"$VENV_PYTHON" -m pytest -m soak -rP "$@"
