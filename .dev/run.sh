#!/usr/bin/env bash
# From whatever state the machine is in to a running site; what is there is left alone.
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"
# shellcheck source=.dev/site.sh
source "$ROOT/.dev/site.sh"

set_up() {
    .dev/system.sh run
    .dev/python.sh run
    .dev/front.sh
}

start_site() {
    local name
    FINGERPRINT=$(fingerprint)
    for name in "${DAEMONS[@]}"; do bring_up "$name"; done
}

# Runs while the processes wake up.
show_logins() {
    [[ ${DEMO:-1} == 0 ]] || "$VENV_PYTHON" manage.py load_demo --if-empty --show-logins | sed 's/^/  /'
}

healthy_or_dead() { healthy || ! daemon_running web; }

require_healthy() {
    wait_until 600 healthy_or_dead || true
    healthy && return
    tail -n 20 "$STATE"/log/{web,worker}.log >&2
    die "The site is not well: $(ask_health 2>/dev/null | tail -n 1). The logs are in $ROOT/.run/log."
}

tell() {
    cat <<END

  WasteHub 已启动 / is running:  http://$(address_to_ask):$PORT/

$1

  日志 / logs: .run/log        数据 / data: .run
  停止 / stop: make stop       另选端口 / another port: PORT=8001 make run
  ($SECONDS s)
END
}

say "WasteHub in $ROOT"
make_state
hold_lock
set_up
export_settings
require_free_port
start_services
compile_messages
prepare_database
collect_static
start_site
logins=$(show_logins)
require_healthy
tell "$logins"
