using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>The report of the real cluster, compared with what OpenSSH, openssl's files and etcdctl tell of it.</summary>
public sealed class ReportTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void The_report_says_what_the_hosts_and_etcd_themselves_say()
    {
        using JsonDocument json = Report("truth", "$topology", out _, out _);
        JsonElement report = json.RootElement;

        Assert.True(report.GetProperty("summary").GetProperty("healthy").GetBoolean());
        Assert.Empty(report.GetProperty("summary").GetProperty("findings").EnumerateArray());
        Assert.Equal(0, report.GetProperty("summary").GetProperty("pendingChanges").GetInt32());
        Assert.Equal(Cluster.Topology.InitialClusterToken, Text(report, "cluster.initialClusterToken"));
        foreach (LabHost host in Hosts)
        {
            JsonElement member = report.GetProperty("members").EnumerateArray().Single(m => Text(m, "name") == host.Name);
            JsonElement status = Etcdctl.Json(host, Cluster.Topology, $"https://{host.Address}:2379", "endpoint status")[0].GetProperty("Status");
            JsonElement header = status.GetProperty("header");
            Assert.Equal(Hex(header.GetProperty("member_id")), Text(member, "health.memberId"));
            Assert.Equal(Hex(header.GetProperty("cluster_id")), Text(member, "health.clusterId"));
            Assert.Equal(Text(report, "cluster.foundingClusterId"), Text(member, "health.clusterId"));
            Assert.Equal(Text(member, "foundingMemberId"), Text(member, "health.memberId"));
            Assert.Equal(status.GetProperty("raftTerm").GetUInt64(), member.GetProperty("health").GetProperty("raftTerm").GetUInt64());
            Assert.InRange(member.GetProperty("health").GetProperty("raftIndex").GetUInt64(), 1UL, status.GetProperty("raftIndex").GetUInt64());
            Assert.Equal(status.GetProperty("version").GetString(), Text(member, "health.version"));
            Assert.Equal(host.Root("uname -n"), Text(member, "host.hostName"));
            Assert.Equal(host.Root("uname -r"), Text(member, "host.kernel"));
            Assert.Equal(host.Root("kubelet --version").Split(' ')[1], Text(member, "host.kubeletVersion"));
            Assert.Equal("active (running)", Text(member, "host.kubeletState"));
            Assert.Equal(host.Root($"crictl images --quiet --no-trunc {Text(member, "host.image")}"), Text(member, "host.imageDigest"));

            JsonElement[] files = [.. report.GetProperty("files").EnumerateArray().Where(f => Text(f, "member") == host.Name)];
            Assert.Equal(host.Name == "infra0" ? 17 : 16, files.Length);
            Assert.All(files, file => Assert.True(file.GetProperty("right").GetBoolean(), $"{host}: {file}"));
            string paths = string.Join(' ', files.Select(f => $"'{Text(f, "path")}'"));
            string[] there = host.Root($"for p in {paths}; do echo $(stat -c '%n %U:%G 0%a' \"$p\") $([ -d \"$p\" ] || sha256sum < \"$p\" | cut -c1-64); done").Split('\n');
            Assert.Equal(there, files.Select(f => $"{Text(f, "path")} {Text(f, "owner")} {Text(f, "mode")} {Text(f, "sha256")}".TrimEnd()));
        }
    }

    [LabFact]
    public void Every_certificate_is_there_with_its_serial_number_names_and_end()
    {
        using JsonDocument json = Report("certificates", "$topology", out _, out _);
        JsonElement[] certificates = [.. json.RootElement.GetProperty("certificates").EnumerateArray()];

        Assert.Equal(15, certificates.Length);
        Assert.All(certificates, row =>
        {
            string file = Path.Combine(Cluster.Staging, Text(row, "member")!, "pki", Text(row, "name")! + ".crt");
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(File.ReadAllText(file));
            Assert.Equal(certificate.SerialNumber, Text(row, "serialNumber"), ignoreCase: true);
            Assert.Equal(certificate.Subject, Text(row, "subject"));
            Assert.Equal(certificate.NotAfter.ToUniversalTime(), row.GetProperty("notAfter").GetDateTimeOffset().UtcDateTime);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(certificate.RawData)), Text(row, "sha256"), ignoreCase: true);
        });
        Assert.Equal(certificates.Min(c => c.GetProperty("notAfter").GetDateTimeOffset()), json.RootElement.GetProperty("summary").GetProperty("firstExpiry").GetProperty("notAfter").GetDateTimeOffset());
    }

    [LabFact]
    public void No_secret_is_in_the_report_or_in_what_was_said_while_it_was_made()
    {
        using JsonDocument _ = Report("secrets", "$topology", out string text, out ScriptResult result);
        string said = text + string.Join('\n', result.Verbose.Concat(result.Debug).Concat(result.Warnings));
        IReadOnlyList<string> secrets = [.. Secrets.OfKeys(Cluster.Folder), .. Secrets.OfFile(LabEnvironment.Key)];

        Assert.True(secrets.Count >= 13 * 5, $"{secrets.Count} parts of keys");
        Secrets.RequireAbsent("the report", said, secrets);
    }

    [LabFact]
    public void What_the_hosts_differ_in_is_told_and_left_as_it_is()
    {
        Session.Set("changed", Cluster.Topology with { ExtraArg = [new EtcdNameValue("quota-backend-bytes", "4294967296")] });
        string[] before = [.. Hosts.Select(h => h.Fingerprint())];
        string staging = WorkstationFiles.Fingerprint(Cluster.Staging);

        using JsonDocument json = Report("changed", "$changed", out string text, out _);

        JsonElement[] steps = [.. json.RootElement.GetProperty("plan").GetProperty("steps").EnumerateArray()];
        Assert.Equal(3, steps.Count(s => Text(s, "target") == "/etc/kubernetes/manifests/etcd.yaml" && Text(s, "reason") == "content differs"));
        Assert.All(steps, s => Assert.Equal(JsonValueKind.Null, s.GetProperty("outcome").ValueKind));
        Assert.True(json.RootElement.GetProperty("summary").GetProperty("healthy").GetBoolean());
        Assert.Equal(3, json.RootElement.GetProperty("files").EnumerateArray().Count(f => !f.GetProperty("right").GetBoolean() && Text(f, "path") == "/etc/kubernetes/manifests/etcd.yaml"));
        Assert.Contains("Changes needed", text, StringComparison.Ordinal);
        Assert.Equal(before, Hosts.Select(h => h.Fingerprint()));
        Assert.Equal(staging, WorkstationFiles.Fingerprint(Cluster.Staging));
    }

    [LabFact]
    public void The_report_of_a_run_has_its_step_with_what_was_there_what_is_and_when()
    {
        const string key = "/etc/kubernetes/pki/etcd/server.key";
        Hosts[1].Root($"chmod 644 {key}");
        string script = "$run = $topology | Get-EtcdPlan -StagingPath $staging | Invoke-EtcdPlan -PassThru -Confirm:$false";
        Run(script, TimeSpan.FromMinutes(5)).RequireNoErrors();

        using JsonDocument json = Report("run", "$run", out string text, out _);

        JsonElement step = Assert.Single(json.RootElement.GetProperty("plan").GetProperty("steps").EnumerateArray());
        Assert.Equal(("infra1", key, "Done", "0644", "0600"), (Text(step, "member"), Text(step, "target"), Text(step, "outcome"), Text(step, "before.mode"), Text(step, "after.mode")));
        Assert.Equal(Hosts[1].Sha256(key), Text(step, "after.sha256"));
        Assert.Equal("Completed", Text(json.RootElement, "run.outcome"));
        Assert.InRange(step.GetProperty("startedAt").GetDateTimeOffset(), json.RootElement.GetProperty("run").GetProperty("startedAt").GetDateTimeOffset(), json.RootElement.GetProperty("origin").GetProperty("createdAt").GetDateTimeOffset());
        JsonElement summary = json.RootElement.GetProperty("summary");
        Assert.Equal((1, 0, 0), (summary.GetProperty("changes").GetInt32(), summary.GetProperty("restarts").GetInt32(), summary.GetProperty("pendingChanges").GetInt32()));
        Assert.Contains("Plan and run", text, StringComparison.Ordinal);
    }

    [LabFact]
    public void A_member_that_does_not_answer_and_a_host_that_is_not_reached_are_told_beside_the_others()
    {
        using IDisposable _ = Hosts[1].Plant("systemctl kill -s STOP kubelet; kill -STOP $(pidof etcd)", "kill -CONT $(pidof etcd); systemctl kill -s CONT kubelet");
        EtcdMember unknown = Cluster.Topology.Members[2] with { SshTarget = new EtcdSshTarget($"nobody@{Hosts[2].Address}") };
        Session.Set("broken", Cluster.Topology with { Members = [.. Cluster.Topology.Members.Take(2), unknown] });

        ScriptResult result = Write("broken", "$broken");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Cluster.Folder, "broken.json")));

        Assert.StartsWith("infra2", Assert.Single(result.Errors).ErrorDetails.Message, StringComparison.Ordinal);
        JsonElement summary = json.RootElement.GetProperty("summary");
        Assert.False(summary.GetProperty("healthy").GetBoolean());
        Assert.Equal((2, 2), (summary.GetProperty("healthyMembers").GetInt32(), summary.GetProperty("hostsSeen").GetInt32()));
        Assert.Equal(
            ["infra1", "infra2"],
            summary.GetProperty("findings").EnumerateArray().Where(f => Text(f, "severity") == "Problem").Select(f => Text(f, "member")).Distinct().Order());
    }

    private JsonDocument Report(string name, string topology, out string text, out ScriptResult result)
    {
        result = Write(name, topology).RequireNoErrors();
        string json = File.ReadAllText(Path.Combine(Cluster.Folder, name + ".json"));
        text = json + File.ReadAllText(Path.Combine(Cluster.Folder, name + ".html"));
        return JsonDocument.Parse(json);
    }

    private ScriptResult Write(string name, string topology) => Run(
        $"{topology} | Export-EtcdReport -Path '{Path.Combine(Cluster.Folder, name)}' -Format Both -StagingPath $staging -Force -NoSchema -Verbose -Debug");

    private static string Hex(JsonElement id) => id.GetUInt64().ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Text(JsonElement element, string path)
    {
        foreach (string name in path.Split('.'))
        {
            element = element.GetProperty(name);
        }

        return element.GetString();
    }
}
