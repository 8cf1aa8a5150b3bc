# shellcheck shell=bash
# The etcd images, made from the etcd of three Debian suites: three versions to upgrade between.

IMAGE_SUITES='bookworm trixie sid'
IMAGE_PACKAGES='etcd-server etcd-client libc6 busybox-static'

images_dir() { echo "$LAB_HOME/images-$(hash_of lab.d/images.sh "$(hash_of image)")"; }

# A layer of images is one tree a tag: <dir>/<tag>/…
build_images() {
    local suite
    mkdir -p "$1"
    for suite in $IMAGE_SUITES; do
        # shellcheck disable=SC2086  # a list of names
        fetch_packages "$suite" "$1/fetch-$suite" $IMAGE_PACKAGES
        image_tree "$1/fetch-$suite" "$1"
        rm -rf "$1/fetch-$suite"
    done
}

# From scratch: etcd's programs, libc with its loader, busybox as the shell, and the probes' curl.
image_tree() { # FETCHED DIRECTORY
    local tag tree=$2/tree.partial program
    tag=$(dpkg-deb --field "$1"/debs/etcd-server_*.deb Version | sed 's/[^0-9.].*//')-0
    mkdir -p "$tree"/{usr/local/bin,usr/bin,etc,tmp,var/lib/etcd}
    for program in etcd etcdctl etcdutl; do
        [ ! -e "$1/all/usr/bin/$program" ] || cp "$1/all/usr/bin/$program" "$tree/usr/local/bin/"
    done
    copy_libc "$1/all" "$tree"
    find "$1/all" -path '*/bin/busybox' -type f -exec cp {} "$tree/usr/bin/busybox" \;
    for program in sh cat ls wget tr echo sleep ps kill head tail; do
        ln -s busybox "$tree/usr/bin/$program"
    done
    ln -s usr/bin "$tree/bin"
    cp "$LAB_DIR/image/curl" "$tree/usr/bin/curl"
    mv "$tree" "$2/$tag"
}

# Debian's etcd is linked to libc; suites differ in whether it lies in /lib or /usr/lib.
copy_libc() { # FROM TO
    local loader
    mkdir -p "$2/usr/lib" "$2/usr/lib64"
    find "$1" \( -name 'libc.so.6' -o -name 'libpthread.so.0' -o -name 'libresolv.so.2' -o -name 'libdl.so.2' \
        -o -name 'libnss_files.so.2' -o -name 'libnss_dns.so.2' \) -exec cp -L {} "$2/usr/lib/" \;
    loader=$(find "$1" -name 'ld-linux-*.so.*' ! -type l | head -n 1)
    cp "$loader" "$2/usr/lib/"
    ln -s usr/lib "$2/lib"
    ln -s usr/lib64 "$2/lib64"
    ln -s "../lib/$(basename "$loader")" "$2/usr/lib64/"
}
