# shellcheck shell=bash
# Plain Debian with what a host needs: the layer that takes longest, and changes least.

BASE_PACKAGES=systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,sudo,iproute2,procps,kmod,podman,crun,catatonit
BASE_PACKAGES+=,etcd-client,busybox-static,ca-certificates,openssl,curl,xz-utils,nftables

base_dir() { echo "$LAB_HOME/base-$(hash_of lab.d/base.sh "$LAB_SUITE")"; }

build_base() {
    local options=$1.apt
    machine_apt_options >"$options"
    mmdebstrap --quiet --variant=minbase --mode=root --format=directory --keyring="$KEYRING" --include="$BASE_PACKAGES" \
        --aptopt="$options" --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        "$LAB_SUITE" "$1" "$MIRROR"
    rm -f "$options" "$1"/etc/apt/apt.conf.d/99mmdebstrap "$1"/etc/apt/sources.list
    rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin
}
