using System.Text.Json;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>etcd's own client, which is in etcd's image; the host mounts the certificates into the container at their own paths.</summary>
internal static class Etcdctl
{
    /// <summary>Runs a command in the member's container.</summary>
    /// <param name="host">The host whose member is asked.</param>
    /// <param name="topology">Where the certificates lie.</param>
    /// <param name="endpoint">A client URL.</param>
    /// <param name="command">Such as <c>endpoint health --cluster</c>.</param>
    /// <returns>The elements of its JSON answer.</returns>
    public static IReadOnlyList<JsonElement> Json(LabHost host, EtcdTopology topology, string endpoint, string command)
    {
        string pki = topology.CertificatesDirectory + "/etcd";
        string answer = host.Root($"podman exec etcd-etcd etcdctl --cacert={pki}/ca.crt --cert={pki}/healthcheck-client.crt"
            + $" --key={pki}/healthcheck-client.key --write-out=json --endpoints='{endpoint}' {command}");
        return [.. JsonDocument.Parse(answer).RootElement.EnumerateArray()];
    }
}
