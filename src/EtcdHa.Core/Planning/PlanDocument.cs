using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Planning;

/// <summary>
/// A plan as one JSON document: a fixed order of fields, LF, the same plan gives the same bytes. The topology is in it as its YAML text; a
/// secret is not. Reading is strict: an unknown or missing field is an error.
/// </summary>
public static class PlanDocument
{
    /// <summary>The document's <c>apiVersion</c>.</summary>
    public const string ApiVersion = "etcdha/v1";

    /// <summary>The document's <c>kind</c>.</summary>
    public const string Kind = "EtcdPlan";

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
    };

    /// <summary>The document's text.</summary>
    /// <param name="plan">The plan.</param>
    public static string Write(EtcdPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return JsonSerializer.Serialize(
            new Document
            {
                ApiVersion = ApiVersion,
                Kind = Kind,
                CreatedAt = plan.CreatedAt,
                StagingPath = plan.StagingPath,
                KeepsQuorum = plan.KeepsQuorum,
                Settings = plan.Settings,
                Topology = TopologyFile.Write(plan.Topology),
                Warning = plan.Warning,
                Host = [.. plan.Host.Select(h => new Host
                {
                    Member = h.Member.Name, HostName = h.HostName, StateSha256 = h.StateSha256, KubeletVersion = h.KubeletVersion, Generation = h.Generation,
                    ContainerRuntime = h.ContainerRuntime, CgroupDriver = h.CgroupDriver, IsEtcdRunning = h.IsEtcdRunning,
                })],
                Step = [.. plan.Step.Select(s => new Step
                {
                    Number = s.Number, Phase = s.Phase, Member = s.Member?.Name, HostName = s.HostName, Action = s.Action, Target = s.Target, Change = s.Change,
                    Reason = s.Reason, Before = s.Before, After = s.After, RestartsUnit = s.RestartsUnit, RestartsEtcd = s.RestartsEtcd, IsDisruptive = s.IsDisruptive,
                    QuorumEffect = s.QuorumEffect, Diff = s.Diff,
                })],
            },
            Options).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>SHA-256 of the document in lower-case hex: names a plan in locks and journals.</summary>
    /// <param name="plan">The plan.</param>
    public static string Sha256(EtcdPlan plan) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Write(plan)))).ToLowerInvariant();

    /// <summary>Reads a document.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanFileInvalid</c>: it is no plan, of another version, or does not fit together.</exception>
    /// <exception cref="EtcdTopologyException">Its topology cannot be read.</exception>
    public static EtcdPlan Read(string json, string fileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(fileName);
        try
        {
            RefuseOthers(json, fileName);
            return Plan(JsonSerializer.Deserialize<Document>(json, Options)!, fileName);
        }
        catch (JsonException e)
        {
            throw Invalid(fileName, e.Message, e);
        }
    }

    // Before the fields are looked at: another version's may have others.
    private static void RefuseOthers(string json, string fileName)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        string? Text(string name) => root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
        if (Text("kind") != Kind || Text("apiVersion") != ApiVersion)
        {
            throw Invalid(fileName, $"its apiVersion and kind are '{Text("apiVersion")}' and '{Text("kind")}', not '{ApiVersion}' and '{Kind}'.", null);
        }

        if (HasNull(root))
        {
            throw Invalid(fileName, "a field is null.", null);
        }
    }

    private static bool HasNull(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.Object => element.EnumerateObject().Any(p => HasNull(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasNull),
        _ => false,
    };

    private static EtcdPlan Plan(Document document, string fileName)
    {
        EtcdTopology topology = TopologyRules.Validate(TopologyFile.Read(document.Topology, fileName)).Topology;
        EtcdMember Member(string name) => topology.Members.FirstOrDefault(m => m.Name == name)
            ?? throw Invalid(fileName, $"its topology has no member '{name}'.", null);
        if (!document.Step.Select(s => s.Number).SequenceEqual(Enumerable.Range(1, document.Step.Count)))
        {
            throw Invalid(fileName, "its steps are not numbered from 1 without a gap.", null);
        }

        return new EtcdPlan
        {
            Topology = topology,
            StagingPath = System.IO.Path.IsPathFullyQualified(document.StagingPath) ? document.StagingPath : throw Invalid(fileName, "its stagingPath is not absolute.", null),
            CreatedAt = document.CreatedAt,
            Settings = document.Settings,
            KeepsQuorum = document.KeepsQuorum,
            Warning = document.Warning,
            Host = [.. document.Host.Select(h => new EtcdPlanHost
            {
                Member = Member(h.Member), HostName = h.HostName, StateSha256 = h.StateSha256, KubeletVersion = h.KubeletVersion, Generation = h.Generation,
                ContainerRuntime = h.ContainerRuntime, CgroupDriver = h.CgroupDriver, IsEtcdRunning = h.IsEtcdRunning,
            })],
            Step = [.. document.Step.Select(s => new EtcdPlanStep
            {
                Number = s.Number, Phase = s.Phase, Member = s.Member is null ? null : Member(s.Member), HostName = s.HostName, Action = s.Action, Target = s.Target,
                Change = s.Change, Reason = s.Reason, Before = s.Before, After = s.After, RestartsUnit = s.RestartsUnit, RestartsEtcd = s.RestartsEtcd,
                IsDisruptive = s.IsDisruptive, QuorumEffect = s.QuorumEffect, Diff = s.Diff,
            })],
        };
    }

    private static EtcdPlanException Invalid(string fileName, string why, Exception? cause) => new(cause, "EtcdPlanFileInvalid", fileName, why) { Subject = fileName };

    private sealed record Document
    {
        public required string ApiVersion { get; init; }

        public required string Kind { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }

        public required string StagingPath { get; init; }

        public required bool KeepsQuorum { get; init; }

        public required EtcdPlanSettings Settings { get; init; }

        public required string Topology { get; init; }

        public required IReadOnlyList<string> Warning { get; init; }

        public required IReadOnlyList<Host> Host { get; init; }

        public required IReadOnlyList<Step> Step { get; init; }
    }

    private sealed record Host
    {
        public required string Member { get; init; }

        public required string HostName { get; init; }

        public required string StateSha256 { get; init; }

        public string? KubeletVersion { get; init; }

        public EtcdKubeletGeneration Generation { get; init; }

        public EtcdContainerRuntime? ContainerRuntime { get; init; }

        public string? CgroupDriver { get; init; }

        public required bool IsEtcdRunning { get; init; }
    }

    private sealed record Step
    {
        public required int Number { get; init; }

        public required EtcdPlanPhase Phase { get; init; }

        public string? Member { get; init; }

        public string? HostName { get; init; }

        public required string Action { get; init; }

        public required string Target { get; init; }

        public required EtcdChange Change { get; init; }

        public required string Reason { get; init; }

        public EtcdPlanState? Before { get; init; }

        public required EtcdPlanState After { get; init; }

        public string? RestartsUnit { get; init; }

        public required bool RestartsEtcd { get; init; }

        public required bool IsDisruptive { get; init; }

        public required string QuorumEffect { get; init; }

        public required string Diff { get; init; }
    }
}
