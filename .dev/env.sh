#!/usr/bin/env bash
# Sourced by every script beside it: where things are, which servers to use, how to speak.
#
# All state of a clone stands under .run, which git ignores. For an ordinary user that is
# a folder. PostgreSQL refuses to run as root, and its own user can not enter a clone under
# /root, so for root .run is a link to /var/lib/wastehub/<name of the clone>.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd -- "$ROOT"
CLONE=$(printf %s "$ROOT" | sha256sum | cut -c1-12)
# shellcheck disable=SC2034
VENV_PYTHON="$ROOT/.venv/bin/python"
HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8000}

say() { printf '%s\n' "$*"; }

die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# step TITLE COMMAND...: one line with its seconds; the command's own words only if it fails.
step() {
    local title=$1 begun=$SECONDS
    shift
    printf '  %-58s' "$title"
    if ! "$@" >"$STATE/log/setup.log" 2>&1 </dev/null 9>&-; then
        printf 'failed\n\n'
        tail -n 40 "$STATE/log/setup.log" >&2
        die "This failed: $title. The words above are the end of $ROOT/.run/log/setup.log"
    fi
    printf '%3d s\n' $((SECONDS - begun))
}

choose_state() {
    SERVER_USER=$(id -un)
    STATE="$ROOT/.run"
    if ((EUID == 0)); then
        SERVER_USER=postgres
        STATE="/var/lib/wastehub/$CLONE"
    fi
}

link_state() {
    local old
    echo "$ROOT" >"$STATE/clone"
    if [[ -d .run && ! -L .run ]]; then
        cp -a .run/. "$STATE/"
        rm -rf .run
    fi
    old=$(readlink .run || true)
    [[ $old == "$STATE" ]] && return
    [[ -d $old ]] && say "This clone was moved or copied: it starts anew; its old data stay in $old"
    ln -sfn "$STATE" .run
}

make_state() {
    local owner
    owner=$(stat -Lc %U .run 2>/dev/null || id -un)
    [[ $owner == "$(id -un)" ]] ||
        die "$ROOT/.run belongs to $owner: work as $owner, or let $owner run make clean first."
    # Everybody may pass through (the database's user has to), only the owner may look.
    [[ -e .run ]] || rm -f .run
    mkdir -p "$STATE/log" "$STATE/pid"
    chmod 711 "$STATE"
    chmod 700 "$STATE/log" "$STATE/pid"
    [[ $STATE == "$ROOT/.run" ]] || link_state
}

# One make of a clone at a time; daemons are started with descriptor 9 closed.
hold_lock() {
    exec 9>"$STATE/lock"
    flock -n 9 && return
    say "Another make is at work in this clone; waiting for it."
    flock 9
}

release_lock() { exec 9>&-; }

# The socket folder: short (a socket's path ends at 107 bytes) and plain (it stands in URLs).
# Not under XDG_RUNTIME_DIR, which goes when the log-in ends while the servers stay.
choose_sockets() {
    SOCKETS="$STATE/sock"
    if [[ ! $SOCKETS =~ ^[A-Za-z0-9/._-]{1,70}$ ]]; then
        SOCKETS="/tmp/wastehub-$(id -u "$SERVER_USER")-$CLONE"
    fi
}

secret_key() {
    if [[ ! -s $STATE/secret_key ]]; then
        (umask 077 && head -c 48 /dev/urandom | base64 -w0 >"$STATE/secret_key.new")
        mv "$STATE/secret_key.new" "$STATE/secret_key"
    fi
    cat "$STATE/secret_key"
}

private_database() { [[ -z ${DATABASE_URL:-} || ${WASTEHUB_PRIVATE_DATABASE:-} == 1 ]]; }
private_redis() { [[ -z ${REDIS_URL:-} || ${WASTEHUB_PRIVATE_REDIS:-} == 1 ]]; }

# What the settings read. Servers named in the environment win over the private ones.
export_settings() {
    SECRET_KEY=${SECRET_KEY:-$(secret_key)}
    if private_database; then
        # libpq reads these too, and they would lead it to another server.
        unset PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGOPTIONS PGSSLMODE
        export WASTEHUB_PRIVATE_DATABASE=1
        DATABASE_URL="postgis://wastehub@${SOCKETS//\//%2F}/wastehub"
    fi
    if private_redis; then
        export WASTEHUB_PRIVATE_REDIS=1
        REDIS_URL="redis+socket://$SOCKETS/redis.sock?virtual_host=0"
    fi
    export SECRET_KEY DATABASE_URL REDIS_URL
}

choose_state
choose_sockets
