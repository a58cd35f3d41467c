#!/usr/bin/env bash
# The private PostgreSQL and Redis: unix sockets only, data kept under .run.
# Sourced: start_services, stop_services, services_running.
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=.dev/find.sh
source "$ROOT/.dev/find.sh"

PGDATA_DIR="$STATE/postgres"
REDIS_DIR="$STATE/redis"

as_server() {
    if [[ $SERVER_USER == "$(id -un)" ]]; then
        (cd "$STATE" && "$@")
    else
        (cd "$STATE" && runuser -u "$SERVER_USER" -- "$@")
    fi
}

# server_folder PATH: a folder of the server's user that nobody else may enter.
server_folder() {
    mkdir -p "$1"
    chmod 700 "$1"
    ((EUID == 0)) && chown "$SERVER_USER" "$1"
    [[ $(stat -c %U:%a "$1") == "$SERVER_USER:700" ]] ||
        die "$1 must belong to $SERVER_USER and be closed to others; it does not. Remove it."
}

# Where the programs stand that fit our data, or the newest when there are none yet.
postgres_programs() {
    local version
    if [[ -f $PGDATA_DIR/PG_VERSION ]]; then
        version=$(<"$PGDATA_DIR/PG_VERSION")
    else
        version=$(postgis_versions | head -n 1)
    fi
    if [[ -d /usr/lib/postgresql/$version/bin ]]; then
        echo "/usr/lib/postgresql/$version/bin"
    elif [[ $(pg_config --version 2>/dev/null) == "PostgreSQL $version"* ]]; then
        pg_config --bindir
    else
        die "The data under .run were made by PostgreSQL $version, which is not installed: install it with its PostGIS, or start anew after make clean."
    fi
}

# running PIDFILE FOLDER: the process named in the file lives and works in that folder.
# After a crash the number may by now belong to a stranger.
running() {
    local pid
    pid=$(head -n 1 "$1" 2>/dev/null) && [[ -n $pid ]] || return 1
    [[ $(readlink "/proc/$pid/cwd") == "$(readlink -f "$2")" ]]
}

# deserted FOLDER: nobody works there. The children of a server that was killed end by
# themselves, but only after what they are at.
deserted() { ! grep -qxF "$(readlink -f "$1")" <(readlink /proc/[0-9]*/cwd 2>/dev/null); }

postgres_running() { running "$PGDATA_DIR/postmaster.pid" "$PGDATA_DIR"; }
redis_running() { running "$REDIS_DIR/redis.pid" "$REDIS_DIR"; }
postgres_answers() { "$(postgres_programs)/pg_isready" -q -h "$SOCKETS" -p 5432; }
redis_answers() { [[ $(redis-cli -s "$SOCKETS/redis.sock" ping 2>/dev/null) == PONG ]]; }

# create_cluster PROGRAMS: in a new place first, so that a broken-off one is not taken for whole.
create_cluster() {
    local new="$PGDATA_DIR.new"
    rm -rf "$new"
    server_folder "$new"
    # Whoever can reach the socket may log in: its folder lets in our user and root alone.
    step "Creating the private database cluster" as_server "$1/initdb" \
        -D "$new" -U wastehub -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=reject
    mv "$new" "$PGDATA_DIR"
}

start_postgres() {
    local programs
    programs=$(postgres_programs)
    [[ -f $PGDATA_DIR/PG_VERSION ]] || create_cluster "$programs"
    if postgres_running; then
        postgres_answers && return
        stop_postgres
    fi
    # Two servers on one folder would ruin it, and without the file below nothing else
    # keeps the second from starting.
    wait_until 600 deserted "$PGDATA_DIR" || die "Processes of a PostgreSQL that crashed are still at work in $PGDATA_DIR"
    # Left behind by a crash; PostgreSQL would trust a number that is a stranger's by now.
    rm -f "$PGDATA_DIR/postmaster.pid" "$SOCKETS"/.s.PGSQL.5432*
    step "Starting the private PostgreSQL" as_server "$programs/pg_ctl" start \
        -w -t 120 -D "$PGDATA_DIR" -l "$PGDATA_DIR/server.log" \
        -o "-c listen_addresses= -c unix_socket_permissions=0700 -k $SOCKETS -p 5432"
    create_database "$programs"
}

create_database() {
    local psql=("$1/psql" -X -h "$SOCKETS" -p 5432 -U wastehub -d postgres -Atc)
    [[ $(as_server "${psql[@]}" "SELECT 1 FROM pg_database WHERE datname = 'wastehub'") == 1 ]] ||
        as_server "${psql[@]}" "CREATE DATABASE wastehub" >/dev/null
}

start_redis() {
    if redis_running; then
        redis_answers && return
        stop_redis
    fi
    server_folder "$REDIS_DIR"
    rm -f "$REDIS_DIR/redis.pid"
    step "Starting the private Redis" as_server redis-server \
        --port 0 --unixsocket "$SOCKETS/redis.sock" --unixsocketperm 700 \
        --daemonize yes --dir "$REDIS_DIR" --pidfile "$REDIS_DIR/redis.pid" \
        --logfile "$REDIS_DIR/server.log" --appendonly yes --save ''
    wait_until 600 redis_answers || die "Redis does not answer; see $REDIS_DIR/server.log"
}

# wait_until TENTHS COMMAND...: tries ten times a second.
wait_until() {
    local tenths=$1
    shift
    until "$@"; do
        ((tenths-- > 0)) || return 1
        sleep 0.1
    done
}

# A dead process whose parent does not ask after it keeps its number, but works nowhere.
gone() { ! readlink "/proc/$1/cwd" >/dev/null; }

stop_postgres() {
    local programs
    postgres_running || return 0
    programs=$(postgres_programs)
    step "Stopping the private PostgreSQL" as_server "$programs/pg_ctl" stop \
        -w -t 120 -m fast -D "$PGDATA_DIR"
}

stop_redis() {
    local pid
    redis_running || return 0
    pid=$(<"$REDIS_DIR/redis.pid")
    kill "$pid"
    step "Stopping the private Redis" wait_until 600 gone "$pid"
}

start_services() {
    if private_database || private_redis; then server_folder "$SOCKETS"; fi
    if private_database; then start_postgres; fi
    if private_redis; then start_redis; fi
}

stop_services() {
    stop_redis
    stop_postgres
}

services_running() { postgres_running || redis_running; }
