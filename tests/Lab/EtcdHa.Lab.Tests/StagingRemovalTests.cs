using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class StagingRemovalTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void No_private_key_stays_on_the_workstation_and_the_hosts_can_still_be_checked()
    {
        string copy = Path.Combine(Cluster.Folder, "staging-to-remove");
        WorkstationFiles.Copy(Cluster.Staging, copy);
        Session.Set("copy", copy);

        string[] removed = [.. Run<string>("Remove-EtcdStaging $copy -Confirm:$false -PassThru").Order(StringComparer.Ordinal)];

        Assert.Equal(
            Directory.EnumerateFiles(Cluster.Staging, "*.key", SearchOption.AllDirectories)
                .Select(f => Path.Combine(copy, Path.GetRelativePath(Cluster.Staging, f))).Order(StringComparer.Ordinal),
            removed);
        Assert.Equal(13, removed.Length);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(copy, "*", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains("PRIVATE KEY", StringComparison.Ordinal));
        Assert.Equal([true], Run<bool>("$topology | Test-EtcdMemberFiles -StagingPath $copy -Quiet"));
    }
}
