using System.Globalization;
using System.Text;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Topology;

/// <summary>Writes a topology as its file.</summary>
internal sealed class TopologyFileWriter
{
    private readonly StringBuilder _text = new();

    private TopologyFileWriter()
    {
    }

    public static string Write(EtcdTopology topology)
    {
        var writer = new TopologyFileWriter();
        writer.Topology(topology);
        return writer._text.ToString();
    }

    private void Topology(EtcdTopology topology)
    {
        var defaults = new EtcdTopology { Members = [], KubernetesVersion = topology.KubernetesVersion };
        Line(0, $"# yaml-language-server: $schema={TopologyFile.SchemaFileName}");
        Line(0, "# An etcd cluster as EtcdHa builds it; what is not written here is the default.");
        Line(0, $"apiVersion: {TopologyFile.ApiVersion}");
        Line(0, $"kind: {TopologyFile.Kind}");
        Text(0, "kubernetesVersion", topology.KubernetesVersion);
        Text(0, "kubeadmApiVersion", KubeadmApiVersions.Differing(topology));
        Text(0, "imageRepository", topology.ImageRepository);
        Text(0, "imageTag", topology.ImageTag);
        Text(0, "dataDir", Differing(topology.DataDirectory, defaults.DataDirectory));
        Text(0, "certificatesDir", Differing(topology.CertificatesDirectory, defaults.CertificatesDirectory));
        Number(0, "clientPort", topology.ClientPort == defaults.ClientPort ? null : topology.ClientPort);
        Number(0, "peerPort", topology.PeerPort == defaults.PeerPort ? null : topology.PeerPort);
        Number(0, "metricsPort", topology.MetricsPort == defaults.MetricsPort ? null : topology.MetricsPort);
        Text(0, "encryptionAlgorithm", topology.KeyAlgorithm == defaults.KeyAlgorithm ? null : topology.KeyAlgorithm.KubeadmName());
        Duration(0, "certificateValidityPeriod", topology.CertificateValidity == defaults.CertificateValidity ? null : topology.CertificateValidity);
        Duration(0, "caCertificateValidityPeriod", topology.CaCertificateValidity == defaults.CaCertificateValidity ? null : topology.CaCertificateValidity);
        Duration(0, "healthCheckTimeout", topology.HealthCheckTimeout == defaults.HealthCheckTimeout ? null : topology.HealthCheckTimeout);
        Token(topology);
        Texts(0, "serverCertSANs", topology.ServerCertSan);
        Texts(0, "peerCertSANs", topology.PeerCertSan);
        Pairs("extraArgs", topology.ExtraArg);
        Variables(topology.ExtraEnv);
        Ssh(topology.Ssh);
        Line(0, topology.Members.Count == 0 ? "members: []" : "members:");
        foreach (EtcdMember member in topology.Members)
        {
            Member(member);
        }
    }

    private void Token(EtcdTopology topology)
    {
        // Without token and not to be made up: the word that says so. To be made up: nothing.
        string? absent = topology.IsTokenGenerated ? null : TopologyFile.NoToken;
        Text(0, "initialClusterToken", topology.InitialClusterToken ?? absent);
        if (topology is { InitialClusterToken: not null, IsTokenGenerated: true })
        {
            Line(0, "initialClusterTokenGenerated: true");
        }
    }

    private void Member(EtcdMember member)
    {
        Line(0, "- name: " + YamlText.Scalar(member.Name));
        Text(2, "address", member.Address);
        Text(2, "dnsName", member.DnsName);
        if (member.SshTarget is EtcdSshTarget target)
        {
            SshTarget(TopologySecrets.Without(target));
        }

        Number(2, "clientPort", member.ClientPort);
        Number(2, "peerPort", member.PeerPort);
        Number(2, "metricsPort", member.MetricsPort);
        Texts(2, "serverCertSANs", member.ServerCertSan);
        Texts(2, "peerCertSANs", member.PeerCertSan);
    }

    private void Ssh(EtcdSshSettings ssh)
    {
        if (ssh == new EtcdSshSettings())
        {
            return;
        }

        Line(0, "ssh:");
        Text(2, "user", ssh.UserName);
        Number(2, "port", ssh.Port);
        Files(2, "identityFile", ssh.IdentityFile);
        Files(2, "certificateFile", ssh.CertificateFile);
        Flag(2, "identitiesOnly", ssh.IdentitiesOnly);
        Text(2, "identityAgent", ssh.IdentityAgent);
        Files(2, "knownHostsFile", ssh.KnownHostsFile);
        Text(2, "hostKeyPolicy", ssh.HostKeyPolicy?.ToString());
        Duration(2, "connectTimeout", ssh.ConnectTimeout);
        Duration(2, "commandTimeout", ssh.CommandTimeout);
        Text(2, "sudoMode", ssh.SudoMode?.ToString());
        JumpHosts(2, ssh.JumpHost);
        Flag(2, "allowWeakAlgorithms", ssh.AllowWeakAlgorithms);
    }

    private void SshTarget(EtcdSshTarget target)
    {
        if (IsPlainText(target))
        {
            Text(2, "ssh", target.ToString());
            return;
        }

        Line(2, "ssh:");
        Text(4, "host", target.HostName);
        SshTargetFields(4, target);
    }

    // A list stands at its key's own column, so that its items' fields are two further in.
    private void JumpHosts(int column, IReadOnlyList<EtcdSshTarget>? hosts)
    {
        if (hosts is null)
        {
            return;
        }

        Line(column, hosts.Count == 0 ? "jumpHost: []" : "jumpHost:");
        foreach (EtcdSshTarget host in hosts.Select(TopologySecrets.Without))
        {
            if (IsPlainText(host))
            {
                Line(column, "- " + YamlText.Scalar(host.ToString()));
                continue;
            }

            Line(column, "- host: " + YamlText.Scalar(host.HostName));
            SshTargetFields(column + 2, host);
        }
    }

    private void SshTargetFields(int column, EtcdSshTarget target)
    {
        Text(column, "user", target.UserName);
        Number(column, "port", target.Port);
        Files(column, "identityFile", target.IdentityFile);
        Files(column, "certificateFile", target.CertificateFile);
        Flag(column, "identitiesOnly", target.IdentitiesOnly);
        Text(column, "identityAgent", target.IdentityAgent);
        Files(column, "knownHostsFile", target.KnownHostsFile);
        Text(column, "hostKeyPolicy", target.HostKeyPolicy?.ToString());
        Text(column, "hostKeyFingerprint", target.HostKeyFingerprint);
        Duration(column, "connectTimeout", target.ConnectTimeout);
        Duration(column, "commandTimeout", target.CommandTimeout);
        Text(column, "sudoMode", target.SudoMode?.ToString());
        JumpHosts(column, target.JumpHost);
        Flag(column, "allowWeakAlgorithms", target.AllowWeakAlgorithms);
        Text(column, "configFile", target.ConfigFile);
    }

    // True when [user@]host[:port] says all of it and reads back as the same target.
    private static bool IsPlainText(EtcdSshTarget target)
    {
        try
        {
            return new EtcdSshTarget(target.ToString()) == target;
        }
        catch (EtcdTopologyException)
        {
            return false;
        }
    }

    private void Files(int column, string key, IReadOnlyList<string>? files) => Texts(column, key, files, writeEmpty: true);

    private void Flag(int column, string key, bool? value)
    {
        if (value is bool flag)
        {
            Line(column, $"{key}: {(flag ? "true" : "false")}");
        }
    }

    private void Pairs(string key, IReadOnlyList<EtcdNameValue> pairs)
    {
        if (pairs.Count > 0)
        {
            Line(0, key + ":");
        }

        foreach (EtcdNameValue pair in pairs)
        {
            Line(0, "- name: " + YamlText.Scalar(pair.Name));
            Text(2, "value", pair.Value);
        }
    }

    private void Variables(IReadOnlyList<EtcdEnvironmentVariable> variables)
    {
        if (variables.Count > 0)
        {
            Line(0, "extraEnvs:");
        }

        foreach (EtcdEnvironmentVariable variable in variables)
        {
            Line(0, "- name: " + YamlText.Scalar(variable.Name));
            if (variable.FieldPath is null)
            {
                Text(2, "value", variable.Value);
                continue;
            }

            Line(2, "valueFrom:");
            Line(4, "fieldRef:");
            Text(6, "fieldPath", variable.FieldPath);
        }
    }

    private void Texts(int column, string key, IReadOnlyList<string>? values, bool writeEmpty = false)
    {
        if (values is null || (values.Count == 0 && !writeEmpty))
        {
            return;
        }

        Line(column, values.Count == 0 ? key + ": []" : key + ":");
        foreach (string value in values)
        {
            Line(column, "- " + YamlText.Scalar(value));
        }
    }

    private void Text(int column, string key, string? value)
    {
        if (value is not null)
        {
            Line(column, $"{key}: {YamlText.Scalar(value)}");
        }
    }

    private void Number(int column, string key, int? value)
    {
        if (value is int number)
        {
            Line(column, string.Create(CultureInfo.InvariantCulture, $"{key}: {number}"));
        }
    }

    private void Duration(int column, string key, TimeSpan? value) =>
        Text(column, key, value is TimeSpan duration ? GoDuration.Format(duration) : null);

    private void Line(int column, string line) => _text.Append(' ', column).Append(line).Append('\n');

    private static string? Differing(string value, string defaultValue) => value == defaultValue ? null : value;
}
