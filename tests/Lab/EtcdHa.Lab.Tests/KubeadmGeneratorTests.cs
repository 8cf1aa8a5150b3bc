using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class KubeadmGeneratorTests(LabCluster cluster) : LabTest(cluster)
{
    private const string Manifest = "/etc/kubernetes/manifests/etcd.yaml";

    // Notes how it was called and writes the manifest that was there, as the real one would.
    private const string Plant = $$"""
        mkdir -p /run/lab-kubeadm
        cp {{Manifest}} /run/lab-kubeadm/etcd.yaml
        cat > /usr/local/bin/kubeadm <<'END'
        #!/bin/sh
        echo "$*" >> /run/lab-kubeadm/calls
        case $1 in
            version) echo v1.33.13 ;;
            init) cp "${5#--config=}" /run/lab-kubeadm/config; umask 077; cat /run/lab-kubeadm/etcd.yaml > {{Manifest}}; echo '[etcd] Creating static Pod manifest' ;;
        esac
        END
        chmod 0755 /usr/local/bin/kubeadm
        """;

    // The member runs on from the same bytes.
    private const string Undo = $"""
        [ -s {Manifest} ] || install -m 0600 /run/lab-kubeadm/etcd.yaml {Manifest}
        rm -rf /usr/local/bin/kubeadm /run/lab-kubeadm
        """;

    private LabHost Host => Hosts[0];

    [LabFact]
    public void Fault27_Hosts_without_kubeadm_are_errors_that_say_so_and_nothing_is_changed()
    {
        string[] before = [.. Hosts.Select(h => h.Fingerprint())];
        Outcome outcome = Outcome.Of(Run("$topology | Install-EtcdStaticPod -StagingPath $staging -Generator Kubeadm"));

        Assert.Empty(outcome.Members);
        Assert.Equal(3, outcome.Errors.Count);
        Assert.All(outcome.Errors, e => Assert.StartsWith("KubeadmMissing,", e.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.Equal(before, Hosts.Select(h => h.Fingerprint()));
    }

    [LabFact]
    public void Kubeadm_on_the_host_is_run_with_the_copied_configuration_and_reported()
    {
        using (Host.Plant(Plant, Undo))
        {
            string hash = Host.Sha256(Manifest);
            EtcdStaticPod same = Install();
            Assert.Equal(EtcdChange.Unchanged, same.Status);

            Host.Root($"rm {Manifest}");
            EtcdStaticPod made = Install();

            Assert.Equal(EtcdManifestGenerator.Kubeadm, made.Generator);
            Assert.Equal(EtcdChange.Created, made.Status);
            EtcdStepResult step = made.Steps[^1];
            Assert.Equal((Manifest, EtcdChange.Created, hash), (step.Target, step.Change, step.Sha256));
            Assert.Contains("v1.33.13", step.Reason, StringComparison.Ordinal);
            Assert.Equal(hash, Host.Sha256(Manifest));
            Assert.Equal(
                "init phase etcd local --config=/home/ubuntu/kubeadmcfg.yaml",
                Host.Root("cat /run/lab-kubeadm/calls").Split('\n')[^1]);
            Assert.Equal(Cluster.Built.Configs.Single(c => c.Member.Name == Host.Name).Content, Host.Root("cat /run/lab-kubeadm/config") + "\n");
        }

        RequireHealthy();
    }

    [LabFact]
    public void A_kubeadm_that_fails_is_an_error_with_what_it_said()
    {
        using (Host.Plant($"{Plant}\nprintf '#!/bin/sh\\n[ \"$1\" = version ] && exec echo v1.33.13\\necho the planted fault >&2; exit 2\\n' > /usr/local/bin/kubeadm", Undo))
        {
            string before = Host.Fingerprint();
            Outcome outcome = Outcome.Of(Run("$topology | Install-EtcdStaticPod -StagingPath $staging -Generator Kubeadm -Member infra0"));

            outcome.RequireOneError("KubeadmFailed", Host.Name);
            Assert.Contains("the planted fault", outcome.Error.ToString(), StringComparison.Ordinal);
            Assert.Equal(before, Host.Fingerprint());
        }
    }

    private EtcdStaticPod Install()
        => Run<EtcdStaticPod>("$topology | Install-EtcdStaticPod -StagingPath $staging -Generator Kubeadm -Member infra0").Single();
}
