# shellcheck shell=bash
# The commands.

verb_up() {
    local count='' driver='' running
    while [ $# -gt 0 ]; do
        case $1 in
            --hosts) count=${2:?--hosts needs a number}; shift 2 ;;
            --driver) driver=${2:?--driver needs a name}; shift 2 ;;
            *) die "lab up: unknown option $1" ;;
        esac
    done
    take_lock
    running=$(lab_driver || true)
    driver=${driver:-${ETCDHA_LAB_DRIVER:-${running:-nspawn}}}
    count=${count:-$(lab_hosts | wc -l)}
    [ "$count" != 0 ] || count=3
    [[ $count =~ ^[1-9]$ ]] || die "--hosts takes 1 to $LAB_MAX_HOSTS"
    case $driver in nspawn | uml) ;; *) die "no driver $driver; there are nspawn and uml" ;; esac
    [ -z "$running" ] || [ "$running" = "$driver" ] || die "the lab is up with driver $running; first: lab down"
    if up_is_complete "$count"; then
        write_topology
        say "all $count hosts are up"
        return
    fi
    bring_up "$count" "$driver"
    write_topology
    say "$count hosts answer ssh"
}

# A copy of topology.yaml that is true of this lab.
write_topology() {
    local tag
    tag=$(sed -n 's,^registry\.k8s\.io/etcd:\(3\.5\..*\),\1,p' "$(cat "$LAB_STATE/rootfs")/usr/lib/etcdha-lab/images" | sort -V | tail -n 1)
    sed -e /yaml-language-server/d -e "s,/run/etcdha-lab/,$LAB_STATE/,g" -e "s,^imageTag: .*,imageTag: $tag," "$LAB_DIR/topology.yaml" >"$LAB_STATE/topology.yaml"
}

# Already there, and made of today's files: nothing to do.
up_is_complete() { # COUNT
    local host
    [ "$(lab_hosts | wc -l)" -ge "$1" ] && [ -e "$LAB_STATE/complete" ] || return 1
    for host in $(lab_hosts); do
        host_is_on "$host" && ssh_answers "$host" || return 1
    done
}

bring_up() { # COUNT DRIVER
    local host number hosts=()
    install_tools ip:iproute2 nsenter:util-linux ssh:openssh-client nft:nftables perl:perl-base
    end_cgroup build
    pick_rootfs
    "$2_prepare"
    mkdir -p "$LAB_STATE"
    echo "$2" >"$LAB_STATE/driver"
    chmod 0700 "$LAB_STATE"
    make_credentials
    network_up
    for ((number = 0; number < $1; number++)); do hosts+=("infra$number"); done
    # Shrinking is `down` and `up`: members of a cluster do not go by the way.
    for host in $(lab_hosts); do [[ " ${hosts[*]} " == *" $host "* ]] || hosts+=("$host"); done
    printf '%s\n' "${hosts[@]}" >"$LAB_STATE/hosts"
    for host in "${hosts[@]}"; do
        host_is_on "$host" || power_on "$host"
    done
    publish_keys
    for host in "${hosts[@]}"; do wait_for_ssh "$host"; done
    touch "$LAB_STATE/complete"
}

power_on() { # HOST
    say "starting $1 ($(host_address "$1"))"
    mkdir -p "$(machine_dir "$1")"
    [ -d "$(machine_dir "$1")/seed" ] || make_seed "$1"
    "$(lab_driver)_create" "$1"
    start_host "$1"
}

# The root file system of the running lab stays the one it was started with, whatever happens to these files meanwhile.
pick_rootfs() {
    ROOTFS=$(cat "$LAB_STATE/rootfs" 2>/dev/null || true)
    [ -d "$ROOTFS" ] && return
    ensure_rootfs
    mkdir -p "$LAB_STATE"
    echo "$ROOTFS" >"$LAB_STATE/rootfs"
}

# One client key for all users of all hosts, and one password, new with every lab.
make_credentials() {
    [ -e "$LAB_STATE/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C "etcdha lab" -f "$LAB_STATE/id_ed25519"
    [ -e "$LAB_STATE/operator-password" ] ||
        (umask 077 && LC_ALL=C tr -dc a-z0-9 </dev/urandom 2>/dev/null | head -c 16 >"$LAB_STATE/operator-password") || true
}

verb_down() {
    local ns
    [ $# -eq 0 ] || [ "$*" = --purge ] || die "lab down: unknown option $*"
    take_lock
    end_cgroup
    for ns in /run/netns/"$LAB_NETNS"-infra*; do
        [ ! -e "$ns" ] || remove_netns "$(basename "$ns")"
    done
    network_down
    rm -rf "$LAB_MACHINES" "$LAB_STATE" "$LAB_HOME"/*".$LAB_NETNS.partial"*
    rmdir "$LAB_HOME/machines" 2>/dev/null || true
    [ "${1:-}" != --purge ] || with_build_lock purge_cache
    say "the lab is down"
}

purge_cache() {
    [ ! -d "$LAB_HOME/machines" ] || die "the cache stays: another lab is up ($(ls "$LAB_HOME/machines"))"
    rm -rf "$LAB_HOME"
}

verb_status() {
    local host power answer
    need_lab
    for host in $(lab_hosts); do
        power=off answer=-
        if host_is_on "$host"; then
            power=on answer=no
            ssh_answers "$host" && answer=ssh
        fi
        printf '%-8s %-10s %-12s %-4s %s\n' "$host" "$(host_address "$host")" "$(host_address6 "$host")" "$power" "$answer"
    done
}

verb_off() {
    need_host "${1:-}"
    take_lock
    host_is_on "$1" || { say "$1 is off"; return; }
    "$(lab_driver)_off" "$1"
    try_for 60 host_is_off "$1" || die "$1 did not shut down within 60 s; lab cut $1 takes its power"
    end_cgroup "$1"
    unplug "$1"
    say "$1 is off"
}

verb_cut() {
    need_host "${1:-}"
    take_lock
    unplug "$1"
    "$(lab_driver)_cut" "$1"
    try_for 10 host_is_off "$1" || true
    end_cgroup "$1"
    say "$1 has lost its power"
}

verb_on() {
    need_host "${1:-}"
    take_lock
    host_is_on "$1" || start_host "$1"
    wait_for_ssh "$1"
    say "$1 answers ssh"
}

verb_ssh() {
    need_host "${1:-}"
    ssh_to "$@"
}

verb_exec() {
    local settings
    need_lab
    [ $# -gt 0 ] || die "lab exec: which command?"
    mapfile -t settings < <(lab_settings)
    export "${settings[@]}"
    inside_network "$@"
}

# The module's console inside the lab's network: a prompt, or what `lab console -Command …` names.
verb_console() {
    local console
    console=$(find "$LAB_DIR/../../src/EtcdHa.Console/bin" -name EtcdHa.Console.dll 2>/dev/null | head -n 1)
    [ -n "$console" ] || die "the console is not built; first: dotnet build"
    verb_exec dotnet exec "$console" "$@"
}

verb_env() {
    local line
    lab_settings | while IFS= read -r line; do printf '%s=%q\n' "${line%%=*}" "${line#*=}"; done
}

lab_settings() {
    local host members=() members6=()
    for host in $(lab_hosts); do
        members+=("$host=$(host_address "$host")")
        members6+=("$host=$(host_address6 "$host")")
    done
    cat <<LINES
ETCDHA_LAB=1
ETCDHA_LAB_COMMAND=$LAB_DIR/lab
ETCDHA_LAB_STATE=$LAB_STATE
ETCDHA_LAB_HOME=$LAB_HOME
ETCDHA_LAB_NETNS=$LAB_NETNS
ETCDHA_LAB_DRIVER=$(lab_driver || true)
ETCDHA_LAB_HOSTS=${members[*]}
ETCDHA_LAB_HOSTS6=${members6[*]}
ETCDHA_LAB_TOPOLOGY=$LAB_STATE/topology.yaml
ETCDHA_LAB_KEY=$LAB_STATE/id_ed25519
ETCDHA_LAB_KNOWN_HOSTS=$LAB_STATE/known_hosts
ETCDHA_LAB_SSH_CONFIG=$LAB_STATE/ssh_config
ETCDHA_LAB_OPERATOR_PASSWORD_FILE=$LAB_STATE/operator-password
ETCDHA_TEST_ETCD=$(find "$(images_dir)" -path '*/3.4.*/bin/etcd' 2>/dev/null | head -n 1)
ETCDHA_LAB_IMAGES=$(xargs <"$(cat "$LAB_STATE/rootfs" 2>/dev/null)/usr/lib/etcdha-lab/images" 2>/dev/null || true)
LINES
}

verb_tools() {
    [ $# -eq 0 ] || die "lab tools: unknown option $1"
    take_lock
    install_test_tools
}

verb_reset() {
    local host jobs=()
    need_lab
    take_lock
    inside_network nft flush ruleset
    for host in $(lab_hosts); do
        host_is_on "$host" || start_host "$host"
    done
    for host in $(lab_hosts); do
        { wait_for_ssh "$host" && LAB_USER=ubuntu ssh_to "$host" sudo -n /usr/lib/etcdha-lab/reset </dev/null; } &
        jobs+=($!)
    done
    for host in "${jobs[@]}"; do
        wait "$host" || die "a host could not be reset; lab down and lab up make all new"
    done
    say "the hosts are as before the procedure"
}
