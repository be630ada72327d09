# shellcheck shell=bash
# Sourced by the other scripts: they run in the repository's root and talk on stderr, so that stdout is the program's.

set -euo pipefail
# shellcheck disable=SC2034 # for those who source it
readonly caller=$PWD
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

say() { echo "${0##*/}: $*" >&2; }

fail() { say "$*"; exit 3; }

need_dotnet() {
    command -v dotnet >/dev/null || fail ".NET is missing: install the .NET 10 SDK (https://dotnet.microsoft.com/download) and put dotnet on the PATH"
    local root
    root=$(dirname "$(readlink -f "$(command -v dotnet)")")
    # Asking dotnet takes a tenth of a second; its folder says the same.
    compgen -G "$root/sdk/10.*" >/dev/null || dotnet --list-sdks | grep -q '^10\.' \
        || fail "dotnet has no .NET 10 SDK: install it (https://dotnet.microsoft.com/download)"
}

# A text that changes when a file below the given places is added, removed or changed. Built files, pages and examples do not count.
fingerprint() {
    find "$@" -type d \( -name bin -o -name obj -o -name examples \) -prune -o -type f ! -name "*.md" -printf '%p %s %T@\n' | sort | sha256sum
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

# Quietly, but for a line every ten seconds that says how long it has taken.
patiently() { # WHAT COMMAND...
    local what=$1 began=$SECONDS status=0
    shift
    # Closed or away from the caller's: whoever reads the output is not to wait for the last sleep.
    while sleep 10 >/dev/null 2>&1 9>&-; do say "$what, $((SECONDS - began)) s so far"; done 9>&- &
    local clock=$!
    quietly "$@" || status=$?
    kill "$clock" 2>/dev/null || true
    wait "$clock" 2>/dev/null || true
    return "$status"
}

# One at a time: shards of a run start side by side in the same tree.
exclusively() { # LOCK COMMAND...
    mkdir -p build
    local lock=$1
    shift
    (
        flock -n 9 || { say "waiting for another build or set-up in this folder to end"; flock 9; }
        "$@" 9>&- # else the build servers that dotnet leaves behind would hold the lock for ever
    ) 9>"build/$lock"
}
