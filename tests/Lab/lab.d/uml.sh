# shellcheck shell=bash
# Driver uml: User-Mode Linux, an own kernel and disk a host. Slower; a power cut loses what was not synced, as in life.

UML_MEMORY=${ETCDHA_LAB_UML_MEMORY:-768M}

# Two more layers: the kernel, a program of the hosts' suite, and the disk made of the root file system.
uml_kernel_dir() { echo "$LAB_HOME/umlkernel-$(hash_of lab.d/uml.sh "$LAB_SUITE")"; }
uml_disk_dir() { echo "$LAB_HOME/umldisk-$(hash_of lab.d/uml.sh "$(basename "$ROOTFS")")"; }

uml_prepare() {
    local kernel disk
    [ -c /dev/net/tun ] || die "the driver uml needs /dev/net/tun, which this machine lacks"
    install_tools mke2fs:e2fsprogs
    [ ! -e "$LAB_STATE/uml" ] || return 0
    kernel=$(uml_kernel_dir) disk=$(uml_disk_dir)
    if [ ! -d "$kernel" ] || [ ! -d "$disk" ]; then
        need_debian
        export MIRROR KEYRING LAB_HOME ROOTFS
        ensure_layer umlkernel "$kernel"
        ensure_layer umldisk "$disk"
    fi
    touch "$kernel" "$disk"
    echo "$kernel $disk" >"$LAB_STATE/uml"
}

build_umlkernel() {
    fetch_packages "$LAB_SUITE" "$1/fetch" user-mode-linux
    cp "$1/fetch/all/usr/bin/linux.uml" "$1/linux"
    mkdir "$1/modules"
    cp -a "$1"/fetch/all/usr/lib/uml/modules/* "$1/modules/"
    rm -rf "$1/fetch"
}

build_umldisk() {
    local tree=$1/tree
    mkdir "$1"
    cp -a "$ROOTFS" "$tree"
    mkdir -p "$tree/lib/modules"
    cp -a "$(uml_kernel_dir)"/modules/* "$tree/lib/modules/"
    chroot "$tree" depmod -a "$(ls "$(uml_kernel_dir)/modules")"
    truncate -s 4G "$1/base.ext4"
    mke2fs -q -t ext4 -m 0 -L root -E lazy_itable_init=0,lazy_journal_init=0 -d "$tree" "$1/base.ext4"
    rm -rf "$tree"
}

uml_plug() { # HOST
    unplug "$1"
    ip -n "$LAB_NETNS" tuntap add dev "$(cable "$1")" mode tap
    # UML drops frames larger than its own: without this large uploads hang.
    ip -n "$LAB_NETNS" link set "$(cable "$1")" gso_max_size 1500 gso_max_segs 1
    ip -n "$LAB_NETNS" link set "$(cable "$1")" master br0 up
}

# The seed becomes a second disk, which the host unpacks over its first one when it starts for the first time.
uml_create() { # HOST
    [ -e "$(machine_dir "$1")/seed.tar" ] || tar -C "$(machine_dir "$1")/seed" -cf "$(machine_dir "$1")/seed.tar" .
}

# In the launcher's process, in its own mount namespace; becomes the host's kernel. In a chroot, because that program wants
# the libc of its own suite. The copy-on-write file is the disk that a power cut leaves behind.
launch_uml() { # HOST
    local machine=/mnt/machines/$LAB_NETNS/$1 root kernel disk
    root=$(cat "$LAB_STATE/rootfs")
    read -r kernel disk <"$LAB_STATE/uml"
    join_cgroup "$1"
    mount --bind "$LAB_HOME" "$root/mnt"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    exec nsenter --net="/run/netns/$LAB_NETNS" chroot "$root" env -i HOME="$machine" TMPDIR=/dev/shm PATH=/usr/bin \
        UML_KERNEL="/mnt/$(basename "$kernel")/linux" /usr/lib/etcdha-lab/uml-power mem="$UML_MEMORY" umid="$1" uml_dir="$machine/" \
        ubd0="$machine/disk.cow,/mnt/$(basename "$disk")/base.ext4" ubd1r="$machine/seed.tar" root=/dev/ubda rw \
        "vec0:transport=tap,ifname=$(cable "$1"),depth=128,mac=$(host_mac "$1")" \
        con0=null,fd:1 con=null ssl=null systemd.hostname="$1" systemd.show_status=false quiet
}

uml_off() { LAB_USER=ubuntu ssh_to "$1" sudo -n systemctl poweroff </dev/null >/dev/null 2>&1 || true; }

# All its processes at once, by end_cgroup: what its kernel had not written to the disk is lost.
uml_cut() { end_cgroup "$1"; }
