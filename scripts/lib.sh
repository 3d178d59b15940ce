# Shared by the scripts beside it: sourced, never run.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

# The project's folder, and where cargo puts what it builds.
project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
target="${CARGO_TARGET_DIR:-$project/target}"

# The unprivileged user that private servers run as when we are root: none of them may run as root.
service_user=""
if [[ $EUID -eq 0 ]]; then
    service_user=nobody
    if id -u postgres >/dev/null 2>&1; then service_user=postgres; fi
fi

say() { printf '\033[1;34m==>\033[0m %s\n' "$*"; }

die() {
    printf '\033[1;31merror:\033[0m %s\n' "$*" >&2
    exit 1
}

# Runs a command in a clean environment, as the unprivileged user when we are root.
# Arguments of the form NAME=VALUE before the command join that environment.
unprivileged() {
    local drop=()
    if [[ -n $service_user ]]; then
        drop=(setpriv "--reuid=$service_user" "--regid=$(id -g "$service_user")" --init-groups --)
    fi
    exec "${drop[@]}" env -i "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LANG=C.UTF-8 "$@"
}

# Prints the start time of a process in clock ticks since boot. With the process id it names
# one process for good, so that a stale file never makes us signal a stranger.
start_time() {
    local line fields
    line="$(cat "/proc/$1/stat" 2>/dev/null)" || return 1
    read -ra fields <<<"${line##*) }"
    # A zombie has ended; only its parent has not noticed yet.
    [[ ${fields[0]} != Z ]] && printf '%s\n' "${fields[19]}"
}

# remember FILE PID: records a process that we started.
remember() { printf '%s %s\n' "$2" "$(start_time "$2" || true)" >"$1"; }

# running FILE: prints the id of the recorded process if it still runs.
running() {
    local pid started
    [[ -s $1 ]] && read -r pid started <"$1" && [[ -n $started && "$(start_time "$pid")" == "$started" ]] &&
        printf '%s\n' "$pid"
}

# end FILE SIGNAL SECONDS: asks the recorded process to end, insists after so many seconds, forgets it.
end() {
    local pid step
    if pid="$(running "$1")"; then
        kill "-$2" "$pid" 2>/dev/null || true
        for ((step = 0; step < $3 * 20; step++)); do
            running "$1" >/dev/null || break
            sleep 0.05
        done
        if running "$1" >/dev/null; then kill -KILL "$pid" 2>/dev/null || true; fi
    fi
    rm -f "$1"
}

# Whether something listens on this port of the loopback address.
listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints a loopback port that nothing listens on, below the range that outgoing connections take theirs from.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + SRANDOM % 12000))
        if ! listening "$port"; then
            printf '%s\n' "$port"
            return
        fi
    done
    die "no free port between 20000 and 32000"
}

# Prints 32 random bytes in hexadecimal.
random_key() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# Prints the folder of PostgreSQL's server programs, the newest where there are several.
postgres_bin() {
    local found
    found="$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)" || found="$(command -v initdb)" ||
        die "PostgreSQL's server programs are missing: scripts/require postgresql"
    dirname "$(readlink -f "$found")"
}

# http_status PORT PATH: prints the status code that a server of this machine answers with; fails when none does.
http_status() (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&3
    read -r -t 3 _ status _ <&3 && printf '%s\n' "$status"
) 2>/dev/null
