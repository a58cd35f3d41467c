#!/usr/bin/env bash
# Sourced: finds the programs of this machine that can really be used.

# The first on the path may be too old, lack venv, or belong to somebody else.
find_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3.14 python3 /usr/bin/python3; do
        if "$candidate" -c '
import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Ubuntu's chromium is a door to its snap, which neither runs everywhere nor as root.
find_chromium() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium google-chrome-stable google-chrome; do
        if [[ -n $candidate ]] && timeout 30 "$candidate" --version 2>/dev/null | grep -q Chrom; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

apt_has_chromium() {
    [[ $(apt-cache show --no-all-versions chromium 2>/dev/null) == *Package:* ]] &&
        ! grep -qx 'ID=ubuntu' /etc/os-release
}

has() { command -v "$1" >/dev/null; }

has_gdal() { /sbin/ldconfig -p | grep -q 'libgdal\.so'; }

has_node() { node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }

# PostgreSQL versions that Debian or Ubuntu installed together with PostGIS, newest first.
postgis_versions() {
    local version
    for version in $(printf '%s\n' /usr/lib/postgresql/*/ | sort -Vr | xargs -n 1 basename); do
        if [[ -x /usr/lib/postgresql/$version/bin/initdb &&
            -f /usr/share/postgresql/$version/extension/postgis.control ]]; then
            echo "$version"
        fi
    done
}

has_postgis() {
    [[ -n $(postgis_versions) ]] ||
        [[ -x $(pg_config --bindir 2>/dev/null)/initdb &&
            -f $(pg_config --sharedir 2>/dev/null)/extension/postgis.control ]]
}
