#!/usr/bin/env bash
# Sourced: the site's own processes in the background: gunicorn, a Celery worker and beat.
# Each has .run/pid/<name>, .run/log/<name>.log and the fingerprint of what it was started from.
# shellcheck source=.dev/services.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/services.sh"

DAEMONS=(web worker beat)

daemon_command() {
    case $1 in
    web) COMMAND=(gunicorn wastehub.wsgi --bind "$HOST:$PORT" --workers 2 --threads 4
        --access-logfile - --no-control-socket) ;;
    worker) COMMAND=(celery -A wastehub.celery worker --concurrency 2 --pool prefork
        --loglevel INFO --without-mingle --without-gossip) ;;
    beat) COMMAND=(celery -A wastehub.celery beat --loglevel INFO
        --schedule "$STATE/beat-schedule") ;;
    esac
}

# Changes when the code or the settings change: a daemon with another one is out of date.
fingerprint() {
    {
        find wastehub matching maps seeds \( -name '*.py' -o -name '*.html' -o -name '*.po' \) \
            -print0 | sort -z | xargs -0 cat
        cat .venv/for-run
        env | grep -E '^(HOST|PORT|DEBUG|HTTPS|ALLOWED_HOSTS|CSRF_TRUSTED_ORIGINS|LOG_LEVEL|SECRET_KEY|STATIC_ROOT|DATABASE_URL|REDIS_URL|WASTEHUB_[A-Z_]*)=' | sort
        echo "$HOST:$PORT"
    } | sha256sum
}

daemon_pid() { head -n 1 "$STATE/pid/$1" 2>/dev/null; }

# The number may be a stranger's since a crash; ours work here, and by our Python.
daemon_running() {
    running "$STATE/pid/$1" "$ROOT" && grep -qaF "$VENV_PYTHON" "/proc/$(daemon_pid "$1")/cmdline"
}

daemon_current() { daemon_running "$1" && [[ $(<"$STATE/pid/$1.from") == "$FINGERPRINT" ]]; }

start_daemon() {
    local COMMAND
    daemon_command "$1"
    setsid "$VENV_PYTHON" -m "${COMMAND[@]}" >>"$STATE/log/$1.log" 2>&1 </dev/null 9>&- &
    echo $! >"$STATE/pid/$1"
    echo "$FINGERPRINT" >"$STATE/pid/$1.from"
}

# bring_up NAME: starts it unless it runs, and starts it anew if it is out of date.
bring_up() {
    if daemon_current "$1"; then
        say "  $1 is running already"
        return
    fi
    if daemon_running "$1"; then
        say "  $1 runs older code or settings: starting it anew"
        stop_daemon "$1"
    else
        say "  Starting $1"
    fi
    start_daemon "$1"
}

# A worker may end the task it is at; if that takes long, the task goes back to the queue.
end_process() {
    kill "$1"
    wait_until 300 gone "$1" && return
    kill -KILL -- "-$1"
    wait_until 50 gone "$1"
}

stop_daemon() {
    daemon_running "$1" || return 0
    step "Stopping $1" end_process "$(daemon_pid "$1")"
}

stop_daemons() {
    local name
    for name in "${DAEMONS[@]}"; do stop_daemon "$name"; done
    rm -f "$STATE/pid/"*
}

daemons_running() {
    local name
    for name in "${DAEMONS[@]}"; do
        daemon_running "$name" && return
    done
    return 1
}

# Servers that are at rest now are at rest again when this script ends.
rest_as_before() { services_running || trap stop_what_we_started EXIT; }

stop_what_we_started() {
    hold_lock
    daemons_running || stop_services >/dev/null
}

port_answers() { (exec 3<>"/dev/tcp/$1/$PORT") 2>/dev/null; }

address_to_ask() {
    case $HOST in 0.0.0.0 | '*' | '') echo 127.0.0.1 ;; *) echo "$HOST" ;; esac
}

require_free_port() {
    daemon_running web && return
    if port_answers "$(address_to_ask)"; then
        die "Port $PORT is taken by another program. Choose another one:  PORT=$((PORT + 1)) make run"
    fi
}

# The first line and the body of what /healthz answers; the host is one that the site accepts.
ask_health() {
    local host=${ALLOWED_HOSTS:-localhost} address
    host=${host%%,*}
    host=${host#.}
    address=$(address_to_ask)
    exec 3<>"/dev/tcp/$address/$PORT"
    printf 'GET /healthz HTTP/1.0\r\nHost: %s\r\nX-Forwarded-Proto: https\r\n\r\n' "${host/#\*/localhost}" >&3
    timeout 10 cat <&3
}

healthy() { [[ $(ask_health 2>/dev/null) == HTTP/1.?" 200 "* ]]; }
