using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

public sealed class StagingFolderTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly StagingFolder _staging;
    private readonly EtcdTopology _topology = Make.Topology();

    public StagingFolderTests() => _staging = new StagingFolder(_temporary["staging"]);

    private EtcdMember Infra0 => _topology.Members[0];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_relative_root_is_refused() => Assert.Throws<ArgumentException>(() => new StagingFolder("staging"));

    [Fact]
    public void A_configuration_is_written_once()
    {
        Assert.Null(_staging.ReadKubeadmConfig(Infra0));
        Assert.Equal(EtcdChange.Created, _staging.WriteKubeadmConfig(Infra0, "name: ä\n"));
        Assert.Equal(EtcdChange.Unchanged, _staging.WriteKubeadmConfig(Infra0, "name: ä\n"));
        Assert.Equal(EtcdChange.Updated, _staging.WriteKubeadmConfig(Infra0, "name: ö\n"));
        Assert.Equal("name: ö\n"u8.ToArray(), File.ReadAllBytes(_temporary["staging/infra0/kubeadmcfg.yaml"]));
        Assert.Equal("name: ö\n", _staging.ReadKubeadmConfig(Infra0));
    }

    [Theory]
    [InlineData("../infra0")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("c:a")]
    [InlineData("a\0b")]
    public void A_name_that_is_no_folder_name_is_refused(string name)
        => AssertStaging("StagingMemberNameInvalid", () => _staging.WriteKubeadmConfig(new EtcdMember(name, "10.0.0.6"), "x"));

    [Fact]
    public async Task Folders_are_private_and_keys_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix modes.");
        await Fill();
        Assert.Equal("700", Mode(_temporary["staging"]));
        Assert.All(Directory.EnumerateDirectories(_staging.Path, "*", SearchOption.AllDirectories), d => Assert.Equal("700", Mode(d)));
        Assert.All(Directory.EnumerateFiles(_staging.Path, "*", SearchOption.AllDirectories), f => Assert.Equal(f.EndsWith(".key", StringComparison.Ordinal) ? "600" : "644", Mode(f)));
    }

    [Fact]
    public async Task A_key_others_could_read_is_taken_from_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix modes.");
        await Fill();
        foreach (string key in new[] { _staging.AuthorityKeyPath, _staging.KeyPath(Infra0, KubeadmCertificates.PeerName) })
        {
#pragma warning disable CA1416 // Skipped on Windows.
            File.SetUnixFileMode(key, (UnixFileMode)Convert.ToInt32("644", 8));
#pragma warning restore CA1416
        }

        await Fill();
        Assert.Equal("600", Mode(_staging.AuthorityKeyPath));
        Assert.Equal("600", Mode(_staging.KeyPath(Infra0, KubeadmCertificates.PeerName)));
    }

    [Fact]
    public async Task The_layout_is_kubeadms_and_no_member_holds_the_CAs_key()
    {
        await Fill();
        Assert.Equal(
            [
                "infra0/kubeadmcfg.yaml",
                "infra0/pki/apiserver-etcd-client.crt", "infra0/pki/apiserver-etcd-client.key",
                "infra0/pki/etcd/ca.crt",
                "infra0/pki/etcd/healthcheck-client.crt", "infra0/pki/etcd/healthcheck-client.key",
                "infra0/pki/etcd/peer.crt", "infra0/pki/etcd/peer.key",
                "infra0/pki/etcd/server.crt", "infra0/pki/etcd/server.key",
                "pki/etcd/ca.crt", "pki/etcd/ca.key",
            ],
            Files());
    }

    [Fact]
    public async Task Removing_keys_leaves_certificates_and_configurations()
    {
        await Fill();
        File.WriteAllText(_temporary["staging/infra0/pki/etcd/.server.key.0123456789ABCDEF.tmp"], "left by an interrupted write");
        IReadOnlyList<string> removed = _staging.RemoveKeys(keepCaKey: true);

        Assert.Equal(5, removed.Count);
        Assert.Equal(["pki/etcd/ca.key"], Files().Where(f => f.Contains(".key", StringComparison.Ordinal)));
        Assert.Equal([_staging.AuthorityKeyPath], _staging.RemoveKeys(keepCaKey: false));
        Assert.Equal(7, Files().Count);
        Assert.Empty(_staging.RemoveKeys(keepCaKey: false));
    }

    [Fact]
    public async Task Removing_all_leaves_nothing()
    {
        await Fill();
        StagingRemoval removal = _staging.Remove();

        Assert.Empty(removal.Remaining);
        Assert.False(Directory.Exists(_staging.Path));
        Assert.Contains(_staging.AuthorityKeyPath, removal.Removed);
        Assert.Empty(_staging.Remove().Removed);
    }

    [Fact]
    public async Task Removing_all_keeps_and_reports_what_is_not_ours()
    {
        await Fill();
        string[] foreign = ["notes.txt", "infra0/pki/etcd/mine.key", "other/pki/sa.key"];
        foreach (string file in foreign)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_temporary["staging/" + file])!);
            File.WriteAllText(_temporary["staging/" + file], "x");
        }

        StagingRemoval removal = _staging.Remove();

        Assert.Equal([_temporary["staging/infra0/pki/etcd/mine.key"], _temporary["staging/notes.txt"], _temporary["staging/other"]], removal.Remaining);
        Assert.Equal(foreign.Order(StringComparer.Ordinal), Files().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_member_called_pki_is_no_trouble()
    {
        EtcdTopology topology = Make.Topology(EtcdKeyAlgorithm.EcdsaP256, new EtcdMember("pki", "10.0.0.6"));
        await _staging.EnsureAuthorityAsync(topology, Make.Now, default);
        await _staging.EnsureCertificateSetAsync(topology, topology.Members[0], Make.Now, CertificateReplacement.None, default);

        Assert.Equal(EtcdChange.Unchanged, (await _staging.EnsureCertificateSetAsync(topology, topology.Members[0], Make.Now, CertificateReplacement.None, default)).Status);
        Assert.Empty(_staging.Remove().Remaining);
        Assert.False(Directory.Exists(_staging.Path));
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("staging/infra0")]
    [InlineData("staging/infra0/kubeadmcfg.yaml")]
    public void A_symbolic_link_is_not_followed(string link)
    {
        Directory.CreateDirectory(_temporary["elsewhere"]);
        Directory.CreateDirectory(Path.GetDirectoryName(_temporary[link])!);
        Directory.CreateSymbolicLink(_temporary[link], _temporary["elsewhere"]);

        AssertStaging("StagingPathIsLink", () => _staging.WriteKubeadmConfig(Infra0, "x"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary["elsewhere"]));
    }

    [Fact]
    public void A_dangling_link_is_not_followed_either()
    {
        Directory.CreateDirectory(_temporary["staging/infra0"]);
        File.CreateSymbolicLink(_temporary["staging/infra0/kubeadmcfg.yaml"], _temporary["nowhere"]);

        AssertStaging("StagingPathIsLink", () => _staging.WriteKubeadmConfig(Infra0, "x"));
        Assert.False(File.Exists(_temporary["nowhere"]));
    }

    [Fact]
    public void Removing_does_not_reach_through_links()
    {
        Directory.CreateDirectory(_temporary["elsewhere/pki/etcd"]);
        File.WriteAllText(_temporary["elsewhere/pki/etcd/server.key"], "x");
        Directory.CreateDirectory(_temporary["staging"]);
        Directory.CreateSymbolicLink(_temporary["staging/infra0"], _temporary["elsewhere"]);

        Assert.Empty(_staging.RemoveKeys(keepCaKey: false));
        Assert.Equal([_temporary["staging/infra0"]], _staging.Remove().Remaining);
        Assert.True(File.Exists(_temporary["elsewhere/pki/etcd/server.key"]));
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_and_a_folder_in_the_place_of_a_file_are_told_apart()
    {
        File.WriteAllText(_temporary["staging"], "x");
        AssertStaging("StagingPathIsFile", () => _staging.WriteKubeadmConfig(Infra0, "x"));
        File.Delete(_temporary["staging"]);
        Directory.CreateDirectory(_temporary["staging/infra0/kubeadmcfg.yaml"]);
        AssertStaging("StagingPathIsFolder", () => _staging.WriteKubeadmConfig(Infra0, "x"));
    }

    [Fact]
    public void A_folder_every_user_may_write_to_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix modes.");
#pragma warning disable CA1416 // Skipped on Windows.
        Directory.CreateDirectory(_staging.Path);
        File.SetUnixFileMode(_staging.Path, (UnixFileMode)Convert.ToInt32("777", 8));
#pragma warning restore CA1416
        AssertStaging("StagingFolderOpen", () => _staging.WriteKubeadmConfig(Infra0, "x"));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc, which even root cannot write to.");
        StagingFolder unwritable = new("/proc/etcdha-staging");
        EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => unwritable.WriteKubeadmConfig(Infra0, "x"));
        Assert.Contains(error.ErrorId, new[] { "StagingAccessDenied", "StagingAccessFailed" });
        Assert.Contains("/proc/etcdha-staging", error.Message, StringComparison.Ordinal);
    }

    private static string Mode(string path)
#pragma warning disable CA1416 // Callers skip on Windows.
        => Convert.ToString((int)File.GetUnixFileMode(path), 8);
#pragma warning restore CA1416

    private static void AssertStaging(string errorId, Action action)
    {
        EtcdStagingException error = Assert.Throws<EtcdStagingException>(action);
        Assert.Equal(errorId, error.ErrorId);
        Assert.NotNull(error.Subject);
    }

    private List<string> Files()
        => [.. Directory.EnumerateFiles(_staging.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_staging.Path, f)).Order(StringComparer.Ordinal)];

    private async Task Fill()
    {
        _staging.WriteKubeadmConfig(Infra0, "x\n");
        await _staging.EnsureAuthorityAsync(_topology, Make.Now, default);
        await _staging.EnsureCertificateSetAsync(_topology, Infra0, Make.Now, CertificateReplacement.None, default);
    }
}
