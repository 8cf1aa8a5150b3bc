# shellcheck shell=bash
# The hosts' root file system, in layers that are kept: Debian (base), the etcd images, and both with host/ on top.

BASE_MASKED='etcd.service podman.service podman.socket podman-restart.service podman-auto-update.service
    podman-auto-update.timer podman-clean-transient.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer
    e2scrub_all.timer fstrim.timer console-getty.service getty@.service getty.target serial-getty@.service
    dev-hugepages.mount sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount systemd-binfmt.service
    e2scrub_reap.service systemd-pstore.service systemd-networkd-wait-online.service nftables.service ssh.socket sshd-keygen.service systemd-firstboot.service'

rootfs_dir() {
    echo "$LAB_HOME/rootfs-$(hash_of lab.d/rootfs.sh "$(hash_of host)" "$(base_dir)" "$(images_dir)")"
}

# ensure_rootfs: sets ROOTFS; makes what is missing. A layer counts only under its final name, given when it is whole.
ensure_rootfs() {
    local base images
    base=$(base_dir) images=$(images_dir) ROOTFS=$(rootfs_dir)
    if [ ! -d "$ROOTFS" ]; then
        install_tools mmdebstrap:mmdebstrap
        need_debian
        export MIRROR KEYRING LAB_HOME
        ensure_layer base "$base"
        ensure_layer images "$images"
        ensure_layer rootfs "$ROOTFS"
    fi
    touch "$base" "$images" "$ROOTFS" 2>/dev/null || true
    forget_old_layers
}

ensure_layer() { # STAGE DIRECTORY
    [ -d "$2" ] || with_build_lock build_layer "$@"
}

build_layer() { # STAGE DIRECTORY
    local partial=$2.$LAB_NETNS.partial
    [ ! -d "$2" ] || return 0
    say "making $(basename "$2")"
    rm -rf "$partial"
    in_build_box "$1" "$partial"
    mv "$partial" "$2"
}

# Layers of earlier editions of these files, not used for a week.
forget_old_layers() {
    find "$LAB_HOME" -mindepth 1 -maxdepth 1 -name '*-????????????????' -mtime +6 -exec rm -rf {} +
}

build_rootfs() {
    cp -a "$(base_dir)" "$1"
    cp -a --no-preserve=ownership "$LAB_DIR/host/." "$1/"
    chmod 0440 "$1/etc/sudoers.d/etcdha-lab"
    mount_for_chroot "$1"
    settle_identity "$1"
    settle_users "$1"
    settle_units "$1"
    # A helper for tests, but not in anyone's path: a real host has no etcdctl.
    mv "$1"/usr/bin/etcdctl "$1"/usr/lib/etcdha-lab/
    rm -f "$1"/usr/bin/etcdutl
    import_images "$1"
    # Nothing to bring up to date at the first boot.
    touch "$1/etc/.updated" "$1/var/.updated"
}

# In the build box's own mount namespace. A mount point as root, because podman remounts its root; a private /dev/shm,
# because podman leaves a lock there.
mount_for_chroot() {
    mount --bind "$1" "$1"
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/dev/shm"
    mount -t tmpfs tmpfs "$1/run"
}

# What differs between hosts comes with a host's seed; what the machine lends (names, resolver) stays empty.
settle_identity() {
    rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname
    : >"$1/etc/machine-id"
    : >"$1/etc/fstab"
    rm -f "$1/etc/resolv.conf" && : >"$1/etc/resolv.conf"
    rm -rf "$1/var/lib/etcd" "$1/var/log/journal"
}

# Lingering users have their service manager from the boot on; else every login would wait for one. Only the first user:
# a manager costs seconds of a slow host's boot.
settle_users() {
    local user
    mkdir -p "$1/var/lib/systemd/linger"
    for user in ubuntu operator; do
        chroot "$1" groupadd --force "$user"
        # adm may read the journal, as the first user of a cloud image may.
        chroot "$1" useradd --create-home --shell /bin/bash --gid "$user" --groups adm "$user"
        mkdir -m 0700 "$1/home/$user/.ssh"
        chroot "$1" chown "$user:$user" "/home/$user/.ssh"
    done
    : >"$1/var/lib/systemd/linger/ubuntu"
}

settle_units() {
    local unit
    for unit in $BASE_MASKED; do
        ln -sf /dev/null "$1/etc/systemd/system/$unit"
    done
    chroot "$1" systemctl --quiet enable ssh.service kubelet.service etcdha-lab-runtime.socket \
        etcdha-lab-seed.service
    # Listens on a virtual machine's socket; here it only complains that there is none.
    mkdir -p "$1/etc/systemd/system-generators"
    ln -sf /dev/null "$1/etc/systemd/system-generators/systemd-ssh-generator"
    chroot "$1" systemctl --quiet set-default multi-user.target
}

# Import into the storage of the hosts, in the chroot of build_rootfs.
import_images() { # ROOTFS
    local tree
    for tree in "$(images_dir)"/*; do
        tar -C "$tree" -c . | quiet_podman "$1" import --quiet --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' \
            --change 'CMD ["etcd"]' - "registry.k8s.io/etcd:$(basename "$tree")" >/dev/null
        # The repository of Kubernetes before 1.25, for manifests of that time.
        quiet_podman "$1" tag "registry.k8s.io/etcd:$(basename "$tree")" "k8s.gcr.io/etcd:$(basename "$tree")"
    done
    tar -C "$1/usr/bin" -c catatonit | quiet_podman "$1" import --quiet \
        --change 'ENTRYPOINT ["/catatonit","-P"]' - registry.k8s.io/pause:3.10 >/dev/null
    quiet_podman "$1" images --format '{{.Repository}}:{{.Tag}}' | sort >"$1/usr/lib/etcdha-lab/images"
}

quiet_podman() { PODMAN_IGNORE_CGROUPSV1_WARNING=1 chroot "$1" podman "${@:2}"; }
