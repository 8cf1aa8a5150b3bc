namespace EtcdHa.Core.Planning;

/// <summary>What changes on one member's host, part by part, and what of the host matters for a plan.</summary>
/// <param name="Host">The host as it was found.</param>
/// <param name="State">Its paths and units.</param>
/// <param name="Texts">Texts that are there, by the path they were asked for.</param>
/// <param name="Changes">One change a step, unchanged ones too, in the order they are applied.</param>
internal sealed record MemberChanges(
    EtcdPlanHost Host, HostState State, IReadOnlyDictionary<string, string> Texts, IReadOnlyList<(EtcdPlanPhase Phase, StepChange Change)> Changes);
