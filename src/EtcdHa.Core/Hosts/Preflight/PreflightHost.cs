using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>A member's host to look at: connected to, or the reason why it could not be.</summary>
/// <param name="Member">The member.</param>
/// <param name="HostName">The SSH target, for the rows.</param>
/// <param name="Expected">What is expected of the member's files.</param>
/// <param name="Session">The open connection; the caller disposes it. Null: there is none.</param>
/// <param name="Failure">Why there is no connection; null when there is one.</param>
public sealed record PreflightHost(EtcdMember Member, string HostName, ExpectedFiles Expected, HostSession? Session, EtcdHaException? Failure)
{
    /// <summary>Connects to a member's host; a host that cannot be reached is a result, not an exception.</summary>
    /// <param name="member">The member.</param>
    /// <param name="expected">What is expected of the member's files.</param>
    /// <param name="nameOf">Tells the SSH target; may fail as <paramref name="open"/> may.</param>
    /// <param name="open">Opens the connection, which the caller closes.</param>
    public static async Task<PreflightHost> OpenAsync(EtcdMember member, ExpectedFiles expected, Func<EtcdMember, string> nameOf, Func<EtcdMember, Task<HostSession>> open)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(nameOf);
        ArgumentNullException.ThrowIfNull(open);
        string name = member.SshTarget?.ToString() ?? member.Address;
        try
        {
            name = nameOf(member);
            return new(member, name, expected, await open(member).ConfigureAwait(false), null);
        }
        catch (EtcdHaException e)
        {
            return new(member, name, expected, null, e);
        }
    }
}
