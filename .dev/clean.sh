#!/usr/bin/env bash
# Takes the clone back to what git gave: also the data.
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"

MADE=(.run .venv node_modules wastehub/web/vendor wastehub/web/vendor.new
    .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache)

remove() {
    [[ -e $1 || -L $1 ]] || return 0
    say "  removing $1"
    rm -rf -- "$1"
}

make_state
hold_lock
stop_daemons
stop_services
[[ $STATE == "$ROOT/.run" ]] || remove "$STATE"
[[ $SOCKETS == "$STATE"/* ]] || remove "$SOCKETS"
for path in "${MADE[@]}"; do remove "$path"; done
find wastehub matching maps seeds tests -name __pycache__ -prune -exec rm -rf {} +
find wastehub -name '*.mo' -delete
