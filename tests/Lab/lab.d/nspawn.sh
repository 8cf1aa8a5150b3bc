# shellcheck shell=bash
# Driver nspawn: a container of systemd-nspawn a host. Fast; shares the machine's kernel, so a power cut loses no
# unsynced write (the driver uml does).

nspawn_prepare() {
    install_tools systemd-nspawn:systemd-container
}

nspawn_plug() { plug_veth "$1"; }

# The disk: an overlay over the root file system, but plain directories for podman, whose own overlay cannot lie on one.
nspawn_create() { # HOST
    local machine
    machine=$(machine_dir "$1")
    [ ! -d "$machine/disk" ] || return 0
    rm -rf "$machine/disk.partial"
    mkdir -p "$machine/disk.partial"/{root,work}
    cp -a "$machine/seed" "$machine/disk.partial/upper"
    copy_storage "$ROOTFS/var/lib/containers" "$machine/disk.partial/containers"
    mv "$machine/disk.partial" "$machine/disk"
}

# Podman's storage: links instead of copies for the files of images, to which nothing ever writes in place.
copy_storage() { # FROM TO
    local part
    mkdir -p "$2/storage"
    for part in "$1"/storage/* "$1"/storage/.[!.]*; do
        case ${part##*/} in
            overlay) cp -a --link "$part" "$2/storage/" ;;
            *) [ ! -e "$part" ] || cp -a "$part" "$2/storage/" ;;
        esac
    done
}

# In the launcher's process, in its own mount namespace. With --keep-unit nspawn leaves a reboot to who started it: 133.
launch_nspawn() { # HOST
    local disk status=133
    disk=$(machine_dir "$1")/disk
    join_cgroup "$1"
    # nspawn's locks and mount points for machined, which is not told: on a file system that goes with the host.
    mkdir -p /run/systemd/nspawn
    mount -t tmpfs tmpfs /run/systemd/nspawn
    mount -t overlay overlay -o "lowerdir=$(cat "$LAB_STATE/rootfs"),upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
    while [ $status -eq 133 ]; do
        status=0
        systemd-nspawn --quiet --boot --directory="$disk/root" --machine="$1" --hostname="$1" \
            --register=no --keep-unit --capability=all --system-call-filter='keyctl add_key request_key bpf' \
            --network-namespace-path="/run/netns/$(host_netns "$1")" --bind="$disk/containers:/var/lib/containers" \
            --kill-signal=SIGRTMIN+4 --resolv-conf=off --timezone=off --link-journal=no --console=read-only ||
            status=$?
    done
}

# nspawn passes its own SIGTERM on as the kill signal, which systemd in the host takes as: power off.
nspawn_off() { # HOST
    local pid
    pid=$(nspawn_pid "$1")
    [ -z "$pid" ] || kill -TERM "$pid"
}

nspawn_cut() { # HOST
    local pid
    unplug "$1"
    pid=$(nspawn_pid "$1")
    # The one child of nspawn is the host's first process; the kernel ends all others with it.
    # shellcheck disable=SC2046  # a list of numbers
    [ -z "$pid" ] || kill -KILL $(cat "/proc/$pid/task/$pid/children") 2>/dev/null || true
}

# nspawn itself; its helpers, of higher numbers, are gone once the host runs.
nspawn_pid() { # HOST
    local pid
    for pid in $(cgroup_pids "$1"); do
        [ "$(readlink "/proc/$pid/exe" 2>/dev/null)" != "$(command -v systemd-nspawn)" ] || { echo "$pid"; return; }
    done
}
