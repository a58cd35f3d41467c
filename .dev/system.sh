#!/usr/bin/env bash
# Installs the system packages that are missing: system.sh run | test
# What is there is told by what can be used, not by a list of packages.
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"
# shellcheck source=.dev/find.sh
source "$ROOT/.dev/find.sh"

APT=(env LC_ALL=C DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    apt-get -y --no-install-recommends -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)

# One name, from the table below, for each thing that is missing.
missing() {
    if private_database; then has_postgis || echo postgis; fi
    if private_redis; then { has redis-server && has redis-cli; } || echo redis; fi
    has_gdal || echo gdal
    has_node || echo nodejs
    has npm || echo npm
    has msgfmt || echo gettext
    find_python >/dev/null || echo python
    if [[ $1 == test ]] && apt_has_chromium; then find_chromium >/dev/null || echo chromium; fi
}

# packages MANAGER THING...: what that package manager calls them.
packages() {
    local manager=$1 thing
    shift
    for thing in "$@"; do
        case $manager:$thing in
        apt-get:postgis) echo postgresql postgresql-postgis ;;
        apt-get:redis) echo redis-server ;;
        apt-get:gdal) echo gdal-bin ;;
        apt-get:python) echo python3 python3-venv ;;
        dnf:postgis) echo postgresql-server postgis ;;
        dnf:gdal) echo gdal-libs ;;
        pacman:postgis) echo postgresql postgis ;;
        zypper:postgis) echo postgresql-server postgresql-postgis ;;
        dnf:python | zypper:python) echo python3 ;;
        *) echo "$thing" ;;
        esac
    done | xargs
}

manager() {
    local name
    for name in apt-get dnf pacman zypper; do
        has "$name" && echo "$name" && return
    done
    return 0
}

# tell_and_stop THING...: for whoever we can not install it for.
tell_and_stop() {
    local manager install
    manager=$(manager)
    say "This machine lacks: $*"
    case $manager in
    "") die "Install PostgreSQL with PostGIS, Redis, GDAL, Node 18 or newer with npm, gettext, and Python 3.11 to 3.14 with venv. Then say make again." ;;
    apt-get) install="apt-get update && apt-get install -y --no-install-recommends" ;;
    pacman) install="pacman -S" ;;
    *) install="$manager install" ;;
    esac
    die "Install it as root, and then say make again:

    $install $(packages "$manager" "$@")"
}

can_become_root() {
    ((EUID == 0)) || { has sudo && { sudo -n true 2>/dev/null || { [[ -t 0 ]] && sudo true; }; }; }
}

# apt-get waits for dpkg's lock when asked to, but not for the lock of the lists.
update_lists() {
    local try words
    for try in {1..120}; do
        words=$("$@" update 2>&1) && return
        [[ $words == *"Could not get lock"* ]] || break
        sleep 5
    done
    # One foreign source that does not answer need not stop us; the installation will tell.
    printf '%s\n' "After $try tries:" "$words"
}

install() {
    local apt=("${APT[@]}") wanted
    ((EUID == 0)) || apt=(sudo "${APT[@]}")
    read -ra wanted <<<"$(packages apt-get "$@")"
    say "  This machine lacks: $*"
    step "Reading the system's package lists" update_lists "${apt[@]}"
    step "Installing the system packages" "${apt[@]}" install "${wanted[@]}"
}

main() {
    local lacking
    mapfile -t lacking < <(missing "$1")
    ((${#lacking[@]})) || return 0
    if [[ $(manager) != apt-get ]] || ! can_become_root; then
        tell_and_stop "${lacking[@]}"
    fi
    install "${lacking[@]}"
    mapfile -t lacking < <(missing "$1")
    ((${#lacking[@]} == 0)) || tell_and_stop "${lacking[@]}"
}

make_state
main "$1"
