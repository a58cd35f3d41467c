#!/usr/bin/env bash
# Set-up, the linters, then the whole suite:  test.sh [what to hand to pytest]
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"
# shellcheck source=.dev/site.sh
source "$ROOT/.dev/site.sh"

set_up() {
    .dev/system.sh test
    .dev/python.sh test
    .dev/front.sh
}

# Without a browser of the system, Playwright's own; it asks for root to add its libraries.
fetch_chromium() {
    local with_libraries=()
    if ((EUID == 0)) || sudo -n true 2>/dev/null; then with_libraries=(--with-deps); fi
    step "Fetching Chromium for the browser tests" \
        "$VENV_PYTHON" -m playwright install "${with_libraries[@]}" chromium
}

say "WasteHub in $ROOT"
make_state
hold_lock
set_up
CHROMIUM=$(find_chromium) || fetch_chromium
export CHROMIUM
rest_as_before
export_settings
start_services
compile_messages
release_lock
LINT=ok
.dev/lint.sh || LINT=faults
"$VENV_PYTHON" -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile "$@"
[[ $LINT == ok ]] || die "The tests pass, but the linters found the faults above."
