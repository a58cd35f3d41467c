#!/usr/bin/env bash
# Stops the site and its private servers; the data stay.
# shellcheck source=.dev/daemons.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/daemons.sh"

if [[ ! -d .run ]]; then
    say "Nothing has been started in this clone."
    exit
fi
make_state
hold_lock
stop_daemons
stop_services
say "Stopped. The data stay in .run; make run starts it again."
