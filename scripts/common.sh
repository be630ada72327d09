# shellcheck shell=bash
# Sourced by the other scripts: they run in the repository's root and talk on stderr, so that stdout is the program's.

set -euo pipefail
# shellcheck disable=SC2034 # for those who source it
readonly caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "${0##*/}: $*" >&2; }

fail() { say "$*"; exit 3; }

# A text that changes when a file below the given places is added, removed or changed. Built files do not count.
fingerprint() {
    find "$@" -type d \( -name bin -o -name obj \) -prune -o -type f -printf '%p %s %T@\n' | sort | sha256sum
}

is_current() { # STAMP TEXT
    [[ -f $1 && $(<"$1") == "$2" ]]
}

# Runs a command without a word when it works, and with all its words on stderr when it does not.
quietly() {
    local log
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
    else
        local status=$?
        cat "$log" >&2
        rm -f "$log"
        return "$status"
    fi
}

# One at a time: shards of a run start side by side in the same tree.
exclusively() { # LOCK COMMAND...
    mkdir -p build
    local lock=$1
    shift
    (
        flock 9
        "$@" 9>&- # else the build servers that dotnet leaves behind would hold the lock for ever
    ) 9>"build/$lock"
}
