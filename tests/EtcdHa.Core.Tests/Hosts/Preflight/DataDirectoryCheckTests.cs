using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Hosts.DataDirectory;
using static EtcdHa.Core.Tests.Hosts.Preflight.Told;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

public sealed class DataDirectoryCheckTests
{
    private static readonly string Member = $"wal|{Convert.ToBase64String(WalBytes.Head)}\ndata|member|1764150000";

    [Theory]
    [InlineData("data|absent|", EtcdCheckSeverity.Passed, EtcdDataOwner.None)]
    [InlineData("data|empty|", EtcdCheckSeverity.Passed, EtcdDataOwner.None)]
    [InlineData("data|member|", EtcdCheckSeverity.Error, EtcdDataOwner.Unknown)]
    public void Fault09_No_member_is_fine_and_an_unreadable_one_is_not(string lines, EtcdCheckSeverity severity, EtcdDataOwner owner)
        => Assert.Equal((severity, owner), Judge(lines));

    [Fact]
    public void Fault09_The_members_own_data_passes_where_it_is_built_and_is_told_where_it_is_not()
    {
        Assert.Equal((EtcdCheckSeverity.Passed, EtcdDataOwner.ThisMember), Judge(Member, isBuilt: true));
        Assert.Equal((EtcdCheckSeverity.Information, EtcdDataOwner.ThisMember), Judge(Member));
    }

    [Fact]
    public void Fault09_Other_data_is_never_passed()
    {
        Assert.Equal((EtcdCheckSeverity.Error, EtcdDataOwner.AnotherCluster), Judge(Member, t => t with { InitialClusterToken = "next" }, isBuilt: true));
        Assert.Equal((EtcdCheckSeverity.Error, EtcdDataOwner.Unknown), Judge(Member, t => t with { InitialClusterToken = null, IsTokenGenerated = true }));
        Assert.Equal((EtcdCheckSeverity.Warning, EtcdDataOwner.ThisCluster), Judge(Member, t => t with { Members = [t.Members[1], t.Members[0]] }));
    }

    [Fact]
    public void Fault09_A_member_in_its_very_first_start_is_no_error() => Assert.Equal((EtcdCheckSeverity.Warning, EtcdDataOwner.Unknown), Judge("data|member|", isBuilt: true));

    [Theory]
    [InlineData(false, EtcdStaleData.MoveAside, EtcdCheckSeverity.Information)]
    [InlineData(false, EtcdStaleData.Adopt, EtcdCheckSeverity.Error)]
    [InlineData(true, EtcdStaleData.MoveAside, EtcdCheckSeverity.Error)]
    public void Fault09_Another_clusters_data_is_no_error_where_it_is_to_be_moved_aside(bool isBuilt, EtcdStaleData how, EtcdCheckSeverity severity)
        => Assert.Equal((severity, EtcdDataOwner.AnotherCluster), Judge(Member, t => t with { InitialClusterToken = "next" }, isBuilt, how));

    private static (EtcdCheckSeverity, EtcdDataOwner) Judge(
        string lines, Func<EtcdTopology, EtcdTopology>? change = null, bool isBuilt = false, EtcdStaleData how = EtcdStaleData.Refuse)
    {
        CheckResult result = Assert.Single(new DataDirectoryCheck().Evaluate(
            Subject(change: change) with { Options = new PreflightOptions(StaleData: how) }, isBuilt ? Facts(lines, null, (MemberSteps.ManifestPath, File())) : Facts(lines)));
        Line(result);
        return (result.Severity, (EtcdDataOwner)result.Value!);
    }
}
