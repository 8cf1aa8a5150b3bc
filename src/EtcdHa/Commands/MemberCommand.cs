using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that does one thing for every member of a topology: it collects its input, asks, and works when all input is there.</summary>
public abstract class MemberCommand : AsyncCmdlet
{
    /// <summary>The staging folder when none is given, relative to the current location.</summary>
    public const string DefaultStagingPath = "etcd-staging";

    private readonly List<MemberWork> _work = [];
    private readonly HashSet<(EtcdTopology, string, EtcdMember?)> _seen = [];
    private readonly List<KnownTopology> _known = [];
    private RunIdentity? _run;

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public virtual EtcdTopology Topology { get; set; } = null!;

    /// <summary>Names of the members to work on; wildcards are allowed. Default: all. The result of an earlier step means its own member.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "all members")]
    public string[]? Member { get; set; }

    /// <summary>The staging folder on the workstation: configurations, certificates, private keys. Default: etcd-staging in the current location.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "etcd-staging")]
    public string? StagingPath { get; set; }

    /// <summary>What ShouldProcess says will be done to a member; null for a cmdlet that only looks.</summary>
    private protected abstract string? Effect { get; }

    /// <summary>What the step has to do with the staging folder.</summary>
    private protected virtual StagingUse Staging => StagingUse.IfPresent;

    /// <summary>True when the step is done once a topology, not once a member.</summary>
    private protected virtual bool IsPerTopology => false;

    /// <summary>Who works on the hosts: one run a command.</summary>
    private protected RunIdentity ThisRun => _run!;

    /// <summary>What a member's work is called in ShouldProcess.</summary>
    private protected virtual string TargetOf(MemberWork work) =>
        IsPerTopology ? work.StagingPath : $"{work.Member.Name} ({Path.Combine(work.StagingPath, work.Member.Name)})";

    /// <summary>Refuses a topology before anything is asked or touched.</summary>
    private protected virtual void Check(EtcdTopology topology)
    {
    }

    /// <summary>Takes what an input object brings beside the topology.</summary>
    private protected virtual void Collect()
    {
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            _run ??= RunIdentity.OfThisProcess(MyInvocation.MyCommand.Name, DateTimeOffset.UtcNow);
            Collect();
            string staging = FilePaths.New(this, StagingPath ?? DefaultStagingPath);
            EtcdTopology topology = Resolve(Topology, staging);
            Check(topology);
            foreach (EtcdMember member in Select(topology))
            {
                // Results of an earlier step arrive one a member, or several (rows of files): each member is asked about once.
                if (_seen.Add((topology, staging, IsPerTopology ? null : member)))
                {
                    Ask(new MemberWork(topology, member, staging));
                }
            }
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Topology));
        }
    }

    private void Ask(MemberWork work)
    {
        string? target = null;
        try
        {
            target = Effect is null ? null : TargetOf(work);
        }
        catch (EtcdHaException e)
        {
            // This host cannot be reached as described; the others can.
            WriteError(ErrorRecords.From(e, work.Member, work.Member.Name));
            return;
        }

        if (target is null || ShouldProcess(target, Effect))
        {
            _work.Add(work);
        }
    }

    private protected sealed override Task EndProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken)
        => _work.Count == 0 ? Task.CompletedTask : ProcessAsync(_work, pipeline, cancellationToken);

    /// <summary>Does the work, off the pipeline thread.</summary>
    private protected abstract Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken);

    // Records of one cluster carry the same object, or an equal one that was made or read anew. All become the first one, so
    // that from here on they compare by reference.
    private EtcdTopology Resolve(EtcdTopology topology, string staging)
    {
        if (_known.Find(k => ReferenceEquals(k.Given, topology) && k.Staging == staging) is { } known)
        {
            return known.Resolved;
        }

        EtcdTopology resolved = Staging == StagingUse.None ? topology : StagedTopology.Resolve(topology, staging);
        KnownTopology[] sharing = [.. _known.Where(k => k.Staging == staging)];
        if (sharing.FirstOrDefault(k => StagedTopology.AreEqual(k.Resolved, resolved)) is { } equal)
        {
            resolved = equal.Resolved;
        }
        else if (Staging == StagingUse.Needed && sharing is [{ } other, ..])
        {
            throw new EtcdStagingException("StagingFolderShared", staging, other.Resolved, resolved) { Subject = staging };
        }

        _known.Add(new KnownTopology(topology, staging, resolved));
        return resolved;
    }

    private IEnumerable<EtcdMember> Select(EtcdTopology topology)
    {
        if (Member is null)
        {
            return topology.Members;
        }

        var patterns = Member.Select(m => (Text: m, Pattern: new WildcardPattern(m, WildcardOptions.IgnoreCase))).ToArray();
        string? missing = patterns.FirstOrDefault(p => !topology.Members.Any(m => p.Pattern.IsMatch(m.Name))).Text;
        return missing is null
            ? topology.Members.Where(m => patterns.Any(p => p.Pattern.IsMatch(m.Name)))
            : throw new EtcdTopologyException("MemberNotFound", missing, topology.ToString()) { Subject = missing };
    }

    private sealed record KnownTopology(EtcdTopology Given, string Staging, EtcdTopology Resolved);
}
