# shellcheck shell=bash
# What every part of the lab uses: names, places, messages, the lock.
# shellcheck disable=SC2034  # the other parts use them

LAB_NETNS=${ETCDHA_LAB_NETNS:-etcdha}                      # a second lab needs another one, and another state folder
LAB_HOME=${ETCDHA_LAB_HOME:-/var/cache/etcdha-lab}         # costly things: root file systems, disks of the hosts
LAB_STATE=${ETCDHA_LAB_STATE:-/run/etcdha-lab}             # what a test needs to know, gone after down
LAB_MACHINES=$LAB_HOME/machines/$LAB_NETNS
LAB_SUITE=trixie                                           # the hosts' Debian: podman 5.4 knows named probe ports
LAB_MAX_HOSTS=9

# Progress goes to standard error, so that `x=$(lab env)` and `lab exec` stay clean.
say() { printf 'lab %4ds  %s\n' "$SECONDS" "$*" >&2; }
die() { printf 'lab: %s\n' "$*" >&2; exit 1; }

need_root() {
    [ "$(id -u)" -eq 0 ] || die "needs root (namespaces, mounts, cgroups); run it as root"
}

# One command changes a lab at a time, and one lab builds at a time. Children close the descriptors (8 and 9), because a
# lock held by an orphan of a killed `lab up` would keep `lab down` out.
take_lock() {
    mkdir -p "$LAB_HOME"
    exec 9>"$LAB_HOME/lock-$LAB_NETNS"
    flock -n 9 && return
    say "waiting for another lab command to end"
    flock -w 300 9 || die "another lab command has run for 300 s; end it and try again"
}

with_build_lock() {
    local status=0
    exec 8>"$LAB_HOME/lock"
    flock -n 8 || { say "waiting for another lab's build" && flock -w 600 8; } || die "another lab's build has run for 600 s"
    "$@" || status=$?
    exec 8>&-
    return $status
}

# try_for SECONDS COMMAND…: until it succeeds, or fail when the time is over.
try_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

# A key for a cache entry: the content of the files that make it, and any further words.
hash_of() {
    { cd "$LAB_DIR" && find "$1" -type f -print0 | sort -z | xargs -0 sha256sum; printf '%s\n' "$@"; } | sha256sum | cut -c1-16
}
