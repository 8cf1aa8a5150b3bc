using System.Globalization;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Free bytes and inodes where files are placed, where etcd writes, and where the kubelet works.</summary>
internal sealed class DiskSpaceCheck : IHostCheck
{
    private const string QuotaFlag = "quota-backend-bytes";
    private const string KubeletDirectory = "/var/lib/kubelet";
    private const long MiB = 1024 * 1024;
    private const long DefaultQuota = 2048 * MiB; // etcd: server/storage/quota.go, DefaultQuotaBytes
    private const long FewInodes = 1000;
    private const long NoInodes = 50;

    // What the member holds already is not missing to it.
    public string Script(PreflightSubject subject) => $$"""
        space() { printf 'space|%s|%s\n' "$(stat -f -c '%a|%S|%d|%c' -- "$(nearest "$1")")" "$1"; }
        for path in {{PosixShell.Join(Paths(subject))}}; do space "$path"; done
        if [ -d {{Member(subject)}} ]; then printf 'member-kib|%s\n' "$(du -sk -- {{Member(subject)}} | cut -f1)"; fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        string[][] rows = [.. facts.Rows("space", 5)];
        foreach (string path in Paths(subject))
        {
            yield return rows.FirstOrDefault(r => r[4] == path) is { } row && row.Take(4).All(IsNumber)
                ? OfPath(subject, path, Number(row[0]) * Number(row[1]), Number(row[3]) == 0 ? null : Number(row[2]), facts) with { Target = path }
                : CheckResult.Untold(EtcdHostCheckKind.DiskSpace, "how much is free for " + path) with { Target = path };
        }
    }

    private static CheckResult OfPath(PreflightSubject subject, string path, long free, long? inodes, HostFacts facts)
    {
        bool isData = path == subject.Topology.DataDirectory;
        (long needed, long wanted) = isData ? (128 * MiB, 3 * Quota(subject.Topology)) : path == KubeletDirectory ? (16 * MiB, 512 * MiB) : (4 * MiB, 16 * MiB);
        long held = isData && facts.Value("member-kib") is { } kib && IsNumber(kib) ? 1024 * Number(kib) : 0;
        string told = inodes is null ? $"{Size(free)} free" : string.Create(CultureInfo.InvariantCulture, $"{Size(free)} and {inodes} inodes free");
        CheckResult New(EtcdCheckSeverity severity, string finding, string remedy) => new(EtcdHostCheckKind.DiskSpace, severity, finding, remedy) { Value = free };
        return free + held < needed || inodes < NoInodes
            ? New(EtcdCheckSeverity.Error, $"{path} has {told}; {Size(needed)} and {NoInodes} inodes are the least", $"Make room in the file system of {path}.")
            : inodes < FewInodes
                ? New(EtcdCheckSeverity.Warning, $"{path} has {told}: few inodes", $"Remove files from the file system of {path}, or make it anew with more inodes.")
                : free + held < wanted
                    ? New(EtcdCheckSeverity.Warning, $"{path} has {told}; {Size(wanted)} are advised{(isData ? ", three times etcd's quota: database, snapshots, defragmentation" : "")}", $"Make room in the file system of {path}{(isData ? $", or lower {QuotaFlag}" : "")}.")
                    : New(EtcdCheckSeverity.Passed, $"{path} has {told}", "");
    }

    private static string[] Paths(PreflightSubject subject)
        => [UnixPath.Parent(EtcdTopology.DefaultManifestDirectory), subject.Topology.DataDirectory, KubeletDirectory];

    private static string Member(PreflightSubject subject) => PosixShell.Quote(UnixPath.Join(subject.Topology.DataDirectory, "member"));

    // 0 is etcd's word for its default.
    private static long Quota(EtcdTopology topology)
        => topology.ExtraArg.LastOrDefault(a => a.Name == QuotaFlag)?.Value is { } text && IsNumber(text) && Number(text) > 0 ? Number(text) : DefaultQuota;

    private static string Size(long bytes) => bytes >= 1024 * MiB
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * MiB):0.#} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)MiB:0.#} MiB");

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
