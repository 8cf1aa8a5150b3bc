# shellcheck shell=bash
# Programs of this machine the lab needs. They come by apt from the machine's own sources.

# The lab runs where Debian's packages are; elsewhere it says what is missing.
install_tools() {
    local missing=() pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "missing: ${missing[*]}, and no apt-get to install them with"
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" && return
    say "refreshing the package lists"
    quietly apt-get -o DPkg::Lock::Timeout=300 update
    apt_install "${missing[@]}" || die "apt-get could not install ${missing[*]}; see $LAB_HOME/apt.log"
}

# Login shells that users of real hosts have, and programs that tests compare with. Without one its tests are skipped, so a
# mirror that lacks one is no reason to stop. sshd is for throw-away servers of the tests; its service is not started.
TEST_TOOLS='fish:fish tcsh:tcsh zsh:zsh busybox:busybox sshd:openssh-server ssh-keygen:openssh-client openssl:openssl'

install_test_tools() {
    # shellcheck disable=SC2086  # a list of words
    (RUNLEVEL=1 install_tools $TEST_TOOLS) || say "tests that need a missing program are skipped"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive quietly apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

quietly() {
    "$@" 8>&- 9>&- </dev/null >>"$LAB_HOME/apt.log" 2>&1
}

# The mirror of the machine's own apt sources, whatever form they have: the first one that carries a whole Debian suite.
debian_mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk '$3 == "main" && $2 ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/ { print $1; exit }'
}

debian_keyring() {
    local file
    for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
        [ ! -e "$file" ] || { echo "$file"; return; }
    done
    return 1
}

# How the machine reaches its mirror (proxies, leniency about dates) holds for the lab's downloads as well.
machine_apt_options() {
    apt-config dump | grep -E '^Acquire::(http|https|ftp|Check|Retries)' || true
}

# shellcheck disable=SC2034  # KEYRING is for base.sh and images.sh
# need_debian: sets MIRROR and KEYRING, or says what is missing.
need_debian() {
    MIRROR=$(debian_mirror)
    [ -n "$MIRROR" ] || die "no Debian suite with component main in this machine's apt sources; the hosts are made from one"
    KEYRING=$(debian_keyring) || { apt_install debian-archive-keyring; KEYRING=$(debian_keyring); }
}

# Packages of any suite, as <directory>/debs and unpacked in <directory>/all, by an apt with a state of its own: the
# machine's sources and lists stay as they are.
fetch_packages() { # SUITE DIRECTORY PACKAGE…
    local apt=$2/apt deb
    mkdir -p "$apt"/{lists/partial,archives/partial,etc,none} "$2/debs"
    machine_apt_options >"$apt/apt.conf"
    cat >>"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::Lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Etc "$apt/etc";
Dir::Etc::SourceList "$apt/sources.list";
Dir::Etc::Parts "$apt/none";
Dir::Etc::PreferencesParts "$apt/none";
APT::Sandbox::User "root";
APT::Architecture "$(dpkg --print-architecture)";
Acquire::Languages "none";
CONF
    : >"$apt/status"
    echo "deb [signed-by=$KEYRING] $MIRROR $1 main" >"$apt/sources.list"
    APT_CONFIG=$apt/apt.conf apt-get -qq update
    (cd "$2/debs" && APT_CONFIG=$apt/apt.conf apt-get -qq download "${@:3}")
    rm -rf "$apt"
    for deb in "$2"/debs/*.deb; do
        dpkg-deb --extract "$deb" "$2/all"
    done
}
