using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>One check of one host: what it asks in the one look at it, and what it makes of the answer.</summary>
internal interface IHostCheck
{
    /// <summary>Paths and units to look at; their state is in <see cref="HostFacts.State"/>.</summary>
    /// <param name="subject">What it is about.</param>
    IReadOnlyList<HostStep> Steps(PreflightSubject subject) => [];

    /// <summary>
    /// Shell text that prints lines of a name, <c>|</c> and a value. It runs in a subshell behind <see cref="HostLook.Script"/> and
    /// <see cref="PreflightScript"/>; what fails in it leaves lines out.
    /// </summary>
    /// <param name="subject">What it is about.</param>
    string Script(PreflightSubject subject);

    /// <summary>Judges the answer; no input or output.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="facts">What the host told.</param>
    IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts);
}
