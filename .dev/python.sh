#!/usr/bin/env bash
# Makes .venv what the requirements say: python.sh run | test
# The stamp in .venv/for-<run or test> is written last, so a broken-off start is done again.
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=.dev/find.sh
source "$ROOT/.dev/find.sh"

# Programs in .venv hold its path, so a clone that was moved needs a new one.
stamp() { { echo "$ROOT" && cat "$@"; } | sha256sum; }

stamped() { [[ $(cat ".venv/for-$1" 2>/dev/null) == "$2" ]]; }

works() { "$VENV_PYTHON" -m pip --version >/dev/null 2>&1; }

# install NAME STAMP FILE: the packages of a requirements file.
install() {
    step "Installing $(grep -c == "$3") Python packages into .venv" "$VENV_PYTHON" -m pip install \
        --quiet --disable-pip-version-check --no-input --requirement "$3"
    printf '%s\n' "$2" >".venv/for-$1"
}

site_packages() {
    local wanted python
    wanted=$(stamp requirements.txt)
    stamped run "$wanted" && [[ -x $VENV_PYTHON ]] && return
    works || rm -rf .venv
    python=$(find_python)
    step "Making .venv with $("$python" --version)" "$python" -m venv --clear .venv
    install run "$wanted" requirements.txt
}

test_packages() {
    local wanted
    wanted=$(stamp requirements.txt tests/requirements.txt)
    stamped test "$wanted" || install test "$wanted" tests/requirements.txt
}

make_state
site_packages
if [[ $1 == test ]]; then test_packages; fi
