#!/usr/bin/env bash
# Measures:  bench.sh [what to hand to the benchmarks]
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

make_state
.dev/system.sh run
.dev/python.sh test
exec "$VENV_PYTHON" -m tests.bench "$@"
