using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>Checks the documented page's lists of files on every host, and the certificates in them.</summary>
/// <remarks>
/// <para>One row a file: it is there, owned by root with the right mode; certificates chain to the host's CA, carry the right names and usages and are
/// in date; each key belongs to its certificate; nothing else lies in the certificates directory, above all no CA key where it must not be.
/// What the staging folder still holds is compared too. Private keys stay on the host.</para>
/// </remarks>
/// <example>
/// <summary>Show what is wrong</summary>
/// <code>$topology | Test-EtcdMemberFiles -StagingPath ./staging | Where-Object { -not $_.Passed }</code>
/// <para>What is wrong, if anything.</para>
/// </example>
/// <example>
/// <summary>Go on only when all is right</summary>
/// <code>if ($topology | Test-EtcdMemberFiles -Quiet) { $topology | Install-EtcdStaticPod }</code>
/// <para>One Boolean for all hosts: true when every file of every host is right.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdMemberFiles", DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdFileCheck), ParameterSetName = [Rows])]
[OutputType(typeof(bool), ParameterSetName = [OneBoolean])]
public sealed class TestEtcdMemberFilesCommand : HostCommand
{
    private const string Rows = "Rows";
    private const string OneBoolean = "Quiet";

    private int _wrong;

    /// <summary>The first host must not have the CA's key either.</summary>
    [Parameter]
    public SwitchParameter ExcludeCaKey { get; set; }

    /// <summary>Gives one Boolean instead of rows; false also when a host could not be looked at.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneBoolean)]
    public SwitchParameter Quiet { get; set; }

    private protected override string Activity => "Checking member files";

    private protected override string? Effect => null;

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdFileCheck> rows = await MemberFilesChecker.CheckAsync(
            session, work.Topology, work.Member, ExpectedFilesOf(work), DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _wrong, rows.Count(r => !r.Passed));
        if (!Quiet)
        {
            output.WriteAll(rows);
        }
    }

    private protected override object? Verdict(int failedHosts) => Quiet ? failedHosts == 0 && _wrong == 0 : null;

    private Core.Planning.ExpectedFiles ExpectedFilesOf(MemberWork work)
        => StagedMember.Expect(work.StagingPath, work.Member, work.IsFirst && !ExcludeCaKey);
}
