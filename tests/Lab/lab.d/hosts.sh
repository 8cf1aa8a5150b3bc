# shellcheck shell=bash
# What a host is, whichever driver runs it. State of a host: a folder under machines (its disk, its seed, its console).

lab_hosts() { [ ! -e "$LAB_STATE/hosts" ] || cat "$LAB_STATE/hosts"; }
lab_driver() { cat "$LAB_STATE/driver" 2>/dev/null; }
machine_dir() { echo "$LAB_MACHINES/$1"; }

need_lab() { [ -e "$LAB_STATE/hosts" ] || die "the lab is down; start it with: lab up"; }
need_host() {
    need_lab
    grep -qx -- "${1:-none}" "$LAB_STATE/hosts" || die "no host '${1:-}'; the hosts are: $(lab_hosts | xargs)"
}

# A process of the host's own cgroup is alive: the host is on.
host_is_on() { ! cgroup_is_empty "$1"; }
host_is_off() { cgroup_is_empty "$1"; }

# start_host HOST: cable and power. Whatever an earlier life of it left goes first.
start_host() {
    local machine
    machine=$(machine_dir "$1")
    end_cgroup "$1"
    "$(lab_driver)_plug" "$1"
    start_launcher "$1" "$machine/console.log"
}

# The launcher has a session of its own, so that a Ctrl+C at `lab up` does not reach the hosts.
start_launcher() { # HOST CONSOLE
    setsid --fork unshare --mount --propagation slave \
        bash "$LAB_DIR/lab" __launch "$(lab_driver)" "$1" 9>&- </dev/null >>"$2" 2>&1
}

ssh_options() {
    printf '%s\n' -F /dev/null -o "IdentityFile=$LAB_STATE/id_ed25519" -o IdentitiesOnly=yes -o BatchMode=yes \
        -o "UserKnownHostsFile=$LAB_STATE/known_hosts" -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes \
        -o ConnectTimeout=5 -o LogLevel=ERROR
}

# ssh_to HOST [COMMAND…]
ssh_to() {
    local options
    mapfile -t options < <(ssh_options)
    inside_network ssh "${options[@]}" "${LAB_USER:-ubuntu}@$(host_address "$1")" "${@:2}"
}

# A login, not a port: sshd answers before the host lets users in.
ssh_answers() { ssh_to "$1" true 9>&- </dev/null >/dev/null 2>&1; }

wait_for_ssh() {
    try_for "$(seconds_to_boot)" answers_or_died "$1" || true
    ssh_answers "$1" && return
    tail -n 20 "$(machine_dir "$1")/console.log" >&2 || true
    die "$1 does not answer ssh; the end of its console is above, all of it in $(machine_dir "$1")/console.log"
}
answers_or_died() { ssh_answers "$1" || { host_is_off "$1" && sleep 1 && host_is_off "$1"; }; }
seconds_to_boot() { [ "$(lab_driver)" = uml ] && echo 120 || echo 60; }

# make_seed HOST: the files in which this host differs from the others, as a tree to lay over the root file system.
make_seed() {
    local seed user
    seed=$(machine_dir "$1")/seed.partial
    rm -rf "$seed"
    mkdir -p "$seed"/etc/ssh "$seed"/etc/etcdha-lab
    echo "$1" >"$seed/etc/hostname"
    seed_names >"$seed/etc/hosts"
    printf '%s/24\n%s/64\n' "$(host_address "$1")" "$(host_address6 "$1")" >"$seed/etc/etcdha-lab/addresses"
    ssh-keygen -q -t ed25519 -N '' -C "root@$1" -f "$seed/etc/ssh/ssh_host_ed25519_key"
    seed_password <"$ROOTFS/etc/shadow" >"$seed/etc/shadow"
    chmod 0640 "$seed/etc/shadow" && chgrp --reference="$ROOTFS/etc/shadow" "$seed/etc/shadow"
    for user in ubuntu operator; do
        mkdir -p "$seed/home/$user/.ssh"
        cp "$LAB_STATE/id_ed25519.pub" "$seed/home/$user/.ssh/authorized_keys"
        chmod 0700 "$seed/home/$user" "$seed/home/$user/.ssh"
        chmod 0600 "$seed/home/$user/.ssh/authorized_keys"
        chown -R --reference="$ROOTFS/home/$user" "$seed/home/$user"
    done
    mv "$seed" "$(machine_dir "$1")/seed"
}

# More names than hosts may be up: five members are planned from three.
seed_names() {
    local number
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n'
    for ((number = 0; number < LAB_MAX_HOSTS; number++)); do
        printf '%s infra%d\n%s infra%d\n' "$(host_address "infra$number")" $number "$(host_address6 "infra$number")" $number
    done
}

# operator's password as a hash. perl is there wherever Debian is; its crypt() is libc's.
seed_password() {
    # shellcheck disable=SC2016  # perl's own variables
    perl -pe 'BEGIN { open my $f, "<", shift @ARGV or die; chomp($p = <$f>); @c = ("a".."z", 0..9);
        $h = crypt($p, "\$6\$" . join("", map { $c[rand @c] } 1..12)) } s/^operator:[^:]*/operator:$h/' \
        "$LAB_STATE/operator-password"
}

# publish_keys: what tests need to log in: the hosts' true keys, taken from their own files.
publish_keys() {
    local host
    for host in $(lab_hosts); do
        printf '%s,%s,%s %s\n' "$(host_address "$host")" "$(host_address6 "$host")" "$host" \
            "$(cut -d' ' -f1,2 "$(machine_dir "$host")/seed/etc/ssh/ssh_host_ed25519_key.pub")"
    done >"$LAB_STATE/known_hosts.new"
    mv "$LAB_STATE/known_hosts.new" "$LAB_STATE/known_hosts"
    for host in $(lab_hosts); do
        printf 'Host %s\n  HostName %s\n' "$host" "$(host_address "$host")"
    done >"$LAB_STATE/ssh_config"
    printf 'Host *\n  User ubuntu\n  IdentityFile %s\n  IdentitiesOnly yes\n  UserKnownHostsFile %s\n  StrictHostKeyChecking yes\n' \
        "$LAB_STATE/id_ed25519" "$LAB_STATE/known_hosts" >>"$LAB_STATE/ssh_config"
}
