using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>What a host's kubelet is to be told, and what that changes there.</summary>
/// <param name="Settings">Everything decided from what was asked for and found.</param>
/// <param name="Version">What <c>kubelet --version</c> said; empty when it did not tell.</param>
/// <param name="Unit">The unit as it was found.</param>
/// <param name="Changes">One change a step, unchanged ones too.</param>
internal sealed record KubeletDecision(KubeletSettings Settings, string Version, UnitState Unit, IReadOnlyList<StepChange> Changes);
