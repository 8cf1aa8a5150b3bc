# shellcheck shell=bash
# A cgroup for everything the lab starts: the record of which processes are the lab's own. It holds whatever happens to
# the process that started them, so `down` after a killed `up` finds them all, and nothing else.

# The hierarchies that can carry it: v1's named systemd hierarchy and unified beside it, or unified alone.
cgroup_roots() {
    awk '$3 == "cgroup2" || ($3 == "cgroup" && $4 ~ /name=systemd/) { print $2 }' /proc/mounts
}

cgroup_name() { echo "etcdha-lab-$LAB_NETNS${1:+/$1}"; }

# join_cgroup NAME: this very process enters.
join_cgroup() {
    local root
    for root in $(cgroup_roots); do
        mkdir -p "$root/$(cgroup_name "$1")"
        echo $BASHPID >"$root/$(cgroup_name "$1")/cgroup.procs"
    done
}

# cgroup_pids [NAME]: all processes in it and below, seen from any hierarchy.
cgroup_pids() {
    local root
    for root in $(cgroup_roots); do
        [ ! -d "$root/$(cgroup_name "${1:-}")" ] ||
            find "$root/$(cgroup_name "${1:-}")" -name cgroup.procs -exec cat {} + 2>/dev/null
    done | sort -un | grep -v '^0$' || true
}

cgroup_is_empty() { [ -z "$(cgroup_pids "${1:-}")" ]; }

# end_cgroup [NAME]: end what is left in it and take the directories away.
end_cgroup() {
    local pids root dir
    for _ in {1..50}; do
        pids=$(cgroup_pids "${1:-}")
        [ -n "$pids" ] || break
        # shellcheck disable=SC2086  # a list of numbers
        kill -KILL $pids 2>/dev/null || true
        sleep 0.1
    done
    for root in $(cgroup_roots); do
        dir=$root/$(cgroup_name "${1:-}")
        [ ! -d "$dir" ] || try_for 5 remove_cgroup_dirs "$dir" || say "left behind: $dir"
    done
}

remove_cgroup_dirs() {
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ ! -d "$1" ]
}

# in_build_box STAGE TARGET: run a build stage as the lab's own process, with mounts and processes that vanish with it.
in_build_box() {
    (
        join_cgroup build
        exec 8>&- 9>&- </dev/null
        exec unshare --mount --propagation slave --pid --fork --kill-child --mount-proc \
            bash "$LAB_DIR/lab" __build "$1" "$2"
    ) || die "making $1 failed; see the lines above"
}
