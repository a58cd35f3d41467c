#!/usr/bin/env bash
# Set-up and the private servers, then the measurements:  bench.sh [reach allocation ...]
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"

# Servers that were at rest before are at rest after.
stop_what_we_started() {
    [[ $WERE_RUNNING == yes ]] || daemons_running || stop_services >/dev/null
}

say "WasteHub in $ROOT"
make_state
# Held to the end: another make in this clone would be measured too.
hold_lock
.dev/system.sh run
.dev/python.sh test
WERE_RUNNING=no
if services_running; then WERE_RUNNING=yes; fi
trap stop_what_we_started EXIT
export_settings
start_services
"$VENV_PYTHON" -m tests.bench "$@" 9>&-
