#!/usr/bin/env bash
# Sourced: what stands between the servers and the processes: messages, tables, static files.

compile_messages() {
    local po
    find wastehub -name '*.po' -print0 | while IFS= read -r -d '' po; do
        [[ ${po%.po}.mo -nt $po ]] || step "Compiling ${po#wastehub/}" msgfmt --check-format -o "${po%.po}.mo" "$po"
    done
}

# Tables, facts, places, demo region and first plan, in one process: Django starts slowly.
prepare_database() { PYTHONPATH=. "$VENV_PYTHON" .dev/prepare.py 9>&-; }

static_stamp() {
    {
        echo "${STATIC_ROOT:-}"
        cat requirements.txt package-lock.json
        find wastehub -path '*/static/*' -type f -print0 | sort -z | xargs -0 -r sha256sum
    } | sha256sum
}

collect_static() {
    local wanted
    wanted=$(static_stamp)
    [[ $(cat "$STATE/static.stamp" 2>/dev/null) == "$wanted" ]] && return
    step "Collecting the static files" "$VENV_PYTHON" manage.py collectstatic --noinput --verbosity 0
    echo "$wanted" >"$STATE/static.stamp"
}
