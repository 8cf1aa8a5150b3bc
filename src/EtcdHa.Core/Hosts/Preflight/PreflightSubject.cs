using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>What a check of one host is about.</summary>
/// <param name="Topology">The topology, with the staging folder's token.</param>
/// <param name="Member">The member on this host.</param>
/// <param name="HostName">The SSH target, for messages.</param>
/// <param name="Expected">What is expected of the member's files.</param>
/// <param name="Options">What the build will be told.</param>
/// <param name="Now">The time certificates must be valid at.</param>
internal sealed record PreflightSubject(
    EtcdTopology Topology, EtcdMember Member, string HostName, ExpectedFiles Expected, PreflightOptions Options, DateTimeOffset Now);
