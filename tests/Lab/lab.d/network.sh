# shellcheck shell=bash
# A network namespace with a bridge, and one cable a host. Nothing of it reaches the machine's own network.

host_address() { echo "10.0.0.$((6 + ${1#infra}))"; }
host_address6() { echo "fd00:10::$((6 + ${1#infra}))"; }
host_mac() { printf '02:00:0a:00:00:%02x\n' $((6 + ${1#infra})); }
host_netns() { echo "$LAB_NETNS-$1"; }
cable() { echo "to-$1"; }

has_netns() { [ -e "/run/netns/$1" ] && ip netns pids "$1" >/dev/null 2>&1; }

network_up() {
    has_netns "$LAB_NETNS" && ip -n "$LAB_NETNS" addr show dev br0 2>/dev/null | grep -q fd00:10::1 && return
    remove_netns "$LAB_NETNS"
    ip netns add "$LAB_NETNS"
    ip -n "$LAB_NETNS" link set lo up
    # An address of its own: else it is that of one of its cables, and a host whose cable is cut takes it along. The others would
    # not reach this machine until they have asked for the new one.
    ip -n "$LAB_NETNS" link add br0 address 02:00:0a:00:00:01 type bridge forward_delay 0 mcast_snooping 0
    ip -n "$LAB_NETNS" link set br0 up
    ip -n "$LAB_NETNS" addr add 10.0.0.1/24 dev br0
    ip -n "$LAB_NETNS" addr add fd00:10::1/64 dev br0 nodad
}

network_down() { remove_netns "$LAB_NETNS"; }

# A name whose namespace is gone (an interrupted `ip netns add`) is still a file, perhaps with a mount on it.
remove_netns() {
    [ -e "/run/netns/$1" ] || return 0
    ip netns delete "$1" 2>/dev/null || { umount -l "/run/netns/$1" 2>/dev/null || true; rm -f "/run/netns/$1"; }
}

# plug_veth HOST: a namespace for the host and a cable from the bridge to its eth0.
plug_veth() {
    local ns
    ns=$(host_netns "$1")
    unplug "$1"
    ip netns add "$ns"
    ip -n "$LAB_NETNS" link add "$(cable "$1")" type veth peer name eth0 address "$(host_mac "$1")" netns "$ns"
    ip -n "$ns" link set lo up
    ip -n "$ns" link set eth0 up
    ip -n "$ns" addr add "$(host_address "$1")/24" dev eth0
    ip -n "$ns" addr add "$(host_address6 "$1")/64" dev eth0 nodad
    ip -n "$LAB_NETNS" link set "$(cable "$1")" master br0 up
}

# unplug HOST: first the link, so that a dying host sends nothing more: peers must see silence, not a closed connection.
unplug() {
    ip -n "$LAB_NETNS" link delete "$(cable "$1")" 2>/dev/null || true
    remove_netns "$(host_netns "$1")"
}

# Only the network changes for the command: same mounts (so `lab` works inside), same folder, its exit code.
inside_network() { nsenter --net="/run/netns/$LAB_NETNS" "$@"; }
