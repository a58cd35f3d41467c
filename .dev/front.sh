#!/usr/bin/env bash
# Puts what third parties wrote for the browser under wastehub/web/vendor, served by the
# site itself, and makes the font of the PDF documents. The stamps are the lock file and the
# maker of the font: nothing is done while they stay the same.
# shellcheck source=.dev/env.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/env.sh"

VENDOR=wastehub/web/vendor

fetched() { cmp -s package-lock.json "$VENDOR/.package-lock.json"; }

font_made() { cmp -s .dev/font.py "$VENDOR/.font.py"; }

fetch() {
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
}

# Only what a page asks for. The maps of the sources stay behind, so nothing may point to them.
copy_maplibre() {
    local from=node_modules/maplibre-gl to=$1/maplibre-gl name
    mkdir -p "$to"
    cp "$from/LICENSE.txt" "$from/dist/maplibre-gl.css" "$to/"
    for name in maplibre-gl.mjs maplibre-gl-worker.mjs; do
        grep -v '^//# sourceMappingURL=' "$from/dist/$name" >"$to/$name"
    done
}

copy_font() {
    local from=node_modules/@fontsource-variable/noto-sans-sc to=$1/noto-sans-sc
    mkdir -p "$to"
    cp -r "$from/LICENSE" "$from/files" "$to/"
    cp "$from/index.css" "$to/noto-sans-sc.css"
}

copy() {
    local new="$VENDOR.new"
    rm -rf "$new"
    copy_maplibre "$new"
    copy_font "$new"
    cp package-lock.json "$new/.package-lock.json"
    rm -rf "$VENDOR"
    mv "$new" "$VENDOR"
}

make_font() {
    local folder=$VENDOR/noto-sans-sc
    "$VENV_PYTHON" .dev/font.py "$folder/files" "$folder/noto-sans-sc.ttf" &&
        cp .dev/font.py "$VENDOR/.font.py"
}

make_state
if ! fetched; then
    step "Fetching the front-end packages" fetch
    copy
fi
font_made || step "Making the font of the PDF documents" make_font
