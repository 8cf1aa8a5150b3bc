using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>ssh_config files that are only texts; a pattern with * finds those that begin as it does.</summary>
internal sealed class FakeSshConfigFiles : Dictionary<string, string>, ISshConfigFiles
{
    public string? Read(string path, bool isUsers) => GetValueOrDefault(path);

    public IReadOnlyList<string> Glob(string pattern) => [.. Keys.Where(path => SshPattern.Matches(pattern, path)).Order(StringComparer.Ordinal)];

    private string? GetValueOrDefault(string path) => TryGetValue(path, out string? text) ? text : null;
}
