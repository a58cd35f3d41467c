#!/usr/bin/env bash
# Django's command line with this clone's servers:  .dev/manage.sh plan --region 510000
# shellcheck source=.dev/services.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/services.sh"

[[ -f .venv/for-run && -d .run ]] || die "Set the clone up first: make run"
make_state
export_settings
hold_lock
start_services >&2
release_lock
exec "$VENV_PYTHON" manage.py "$@"
