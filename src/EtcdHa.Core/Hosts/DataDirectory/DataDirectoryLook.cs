using System.Globalization;
using System.Text;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.DataDirectory;

/// <summary>
/// The script that tells whether a data directory holds a member and whose, whether or not etcd runs. It changes nothing, and of the
/// data only the first bytes of the write-ahead log leave the host. It needs root.
/// </summary>
internal static class DataDirectoryLook
{
    // The newest files of the log come last: their names count up. A file that a power cut left empty has an older one before it.
    private static readonly string Function = $$"""
        data_directory() {
            if [ ! -d "$1" ]; then echo 'data|absent|'; return 0; fi
            if [ ! -d "$1/member" ]; then echo 'data|empty|'; return 0; fi
            set -- "$2"/*.wal
            while [ $# -gt 3 ]; do shift; done
            written=
            for wal; do
                [ -f "$wal" ] || continue
                written=$(stat -L -c %Y -- "$wal")
                printf 'wal|%s\n' "$(head -c {{WalMetadata.HeadLength}} -- "$wal" | base64 | tr -d '\n')"
            done
            printf 'data|member|%s\n' "$written"
        }

        """.ReplaceLineEndings("\n");

    /// <summary>The script.</summary>
    /// <param name="topology">Names the directory, and the log's where an extra argument moves it.</param>
    public static string Script(EtcdTopology topology)
        => Function + "data_directory " + PosixShell.Join(topology.DataDirectory, MemberSteps.WalDirectory(topology)) + "\n";

    /// <summary>Reads what <see cref="Script"/> printed; lines of other scripts in the same round trip are passed over.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="output">What it printed.</param>
    /// <param name="topology">As it was given to <see cref="Script"/>.</param>
    /// <exception cref="EtcdHostException"><c>HostAnswerUnreadable</c>.</exception>
    public static DataDirectoryState Read(string host, string output, EtcdTopology topology)
    {
        if (HostLook.Values(output, "data").Select(v => v.Split('|')).FirstOrDefault() is not [var kind and ("absent" or "empty" or "member"), var written])
        {
            throw HostLook.Unreadable(host, output);
        }

        WalMetadata? newest = HostLook.Values(output, "wal").Select(Metadata).LastOrDefault(m => m is not null);
        return new DataDirectoryState(
            topology.DataDirectory,
            kind != "absent",
            kind == "member",
            newest,
            long.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
    }

    private static WalMetadata? Metadata(string head)
    {
        byte[] bytes = new byte[Encoding.ASCII.GetMaxByteCount(head.Length)];
        return Convert.TryFromBase64String(head, bytes, out int count) ? WalMetadata.Read(bytes.AsSpan(0, count)) : null;
    }
}
