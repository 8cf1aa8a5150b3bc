namespace EtcdHa.Core.Hosts.Removal;

/// <summary>
/// Shell functions that move things out of their place and delete nothing: a rename on the same file system, with a time stamp in UTC,
/// synced. Each prints a line <c>moved|from|to</c>. And those that tell whether etcd still uses a data directory.
/// </summary>
internal static class AsideScript
{
    /// <summary>Exit status: etcd uses the data.</summary>
    public const int InUse = 78;

    /// <summary>Exit status: etcd did not end in time.</summary>
    public const int StillRuns = 79;

    /// <summary>
    /// <c>data_aside DIRECTORY LOG</c> moves the member of a data directory into a directory of its own beside it, or within it where that is a mount
    /// point or a link; the directory itself stays. etcd holds a lock (flock) on its database while it runs, in whatever container.
    /// </summary>
    public const string Functions = """
        stamp=$(date -u +%Y%m%dT%H%M%SZ)
        aside() {
            [ -e "$1" ] || [ -L "$1" ] || return 0
            [ ! -e "$2" ] || { echo "$2 is there already" >&2; exit 77; }
            mv -T -- "$1" "$2"
            sync -- "${1%/*}/" "${2%/*}/"
            printf 'moved|%s|%s\n' "$1" "$2"
        }
        is_mount() { cut -d' ' -f5 /proc/self/mountinfo | grep -Fxq -e "$(cd -- "$1" && pwd -P)"; }
        in_use() {
            for process in /proc/[0-9]*; do
                { read -r comm < "$process/comm"; } 2>/dev/null || continue
                [ "$comm" = etcd ] || continue
                if { tr '\000' '\n' < "$process/cmdline"; } 2>/dev/null | grep -Fxq -e "--data-dir=$1"; then return 0; fi
            done
            [ -f "$1/member/snap/db" ] || return 1
            ! flock -n "$1/member/snap/db" true
        }
        data_aside() {
            [ -d "$1/member" ] || return 0
            if in_use "$1"; then echo "etcd uses $1" >&2; exit 78; fi
            case $2 in "$1"/*) ;; *) aside "$2" "$2.$stamp" ;; esac
            if [ -L "$1" ] || is_mount "$1"; then aside "$1/member" "$1/member.$stamp"
            else mkdir -p -- "$1.$stamp"; aside "$1/member" "$1.$stamp/member"; fi
        }

        """;
}
