#!/usr/bin/env bash
# Everything that reads the code without running it. Shows every fault, then fails.
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

# The linters load the settings but touch no server: these addresses lead nowhere.
export SECRET_KEY=a-key-for-the-linters-alone-0123456789-abcdefghijklmnopq
export DATABASE_URL=postgis://nobody@localhost:1/nothing REDIS_URL=redis://localhost:1/0
unset DEBUG
RUN=("$VENV_PYTHON" -m)
MANAGE=("$VENV_PYTHON" -W ignore::RuntimeWarning manage.py)
FAULTS=()

check() {
    local title=$1 begun=$SECONDS words
    shift
    printf '  %-58s' "$title"
    if words=$("$@" 2>&1); then
        printf '%3d s\n' $((SECONDS - begun))
    else
        printf 'faults\n%s\n\n' "$words"
        FAULTS+=("$title")
    fi
}

templates() {
    local found
    mapfile -d '' found < <(find wastehub seeds -path '*/templates/*' -name '*.html' -print0)
    ((${#found[@]} == 0)) || "${RUN[@]}" djhtml --check "${found[@]}"
}

scripts() {
    local status=0 file
    while IFS= read -r -d '' file; do
        node --check "$file" || status=1
    done < <(find wastehub/web/static -name '*.js' -print0 2>/dev/null)
    return "$status"
}

set_up() {
    make_state
    .dev/system.sh run
    .dev/python.sh test
    .dev/front.sh
}

set_up
check "ruff" "${RUN[@]}" ruff check --output-format concise .
check "ruff format" "${RUN[@]}" ruff format --check .
check "mypy" "${RUN[@]}" mypy
check "floors (import-linter)" .venv/bin/lint-imports
check "migrations are complete" "${MANAGE[@]}" makemigrations --check --dry-run
check "deployment" env HTTPS=1 "${MANAGE[@]}" check --deploy --fail-level WARNING
check "templates (djhtml)" templates
check "our JavaScript parses" scripts
((${#FAULTS[@]} == 0)) || die "Faults in: ${FAULTS[*]}"
