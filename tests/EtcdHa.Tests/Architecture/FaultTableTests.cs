using System.Text.RegularExpressions;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Architecture;

/// <summary>tests/Faults.md says of each fault which tests show it, and is right.</summary>
public sealed partial class FaultTableTests
{
    private const int Faults = 32;

    // Membership, quorum, alarms and backup are not there yet.
    private static readonly int[] Later = [18, 19, 20, 29, 30, 31];

    private static readonly Dictionary<int, string[]> Table = File.ReadLines(Path.Combine(BuiltModule.Root, "tests/Faults.md"))
        .Select(line => Row().Match(line)).Where(row => row.Success)
        .ToDictionary(
            row => int.Parse(row.Groups["number"].Value, provider: null),
            row => Named().Matches(row.Groups["tests"].Value).Select(name => name.Groups[1].Value).ToArray());

    private static readonly HashSet<string> Tests = [.. Directory.EnumerateFiles(Path.Combine(BuiltModule.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .SelectMany(file => Method().Matches(File.ReadAllText(file)))
        .Select(method => method.Groups[1].Value)];

    [Fact]
    public void Every_fault_has_a_row_and_a_test_or_is_later_work()
    {
        Assert.Equal(Enumerable.Range(1, Faults), Table.Keys);
        Assert.All(Table, row => Assert.Equal(
            Later.Contains(row.Key),
            !row.Value.Any(name => name.StartsWith($"Fault{row.Key:00}_", StringComparison.Ordinal))));
    }

    [Fact]
    public void Every_test_named_in_the_table_exists() => Assert.DoesNotContain(Table.Values.SelectMany(names => names), name => !Tests.Contains(name));

    [Fact]
    public void Every_test_of_a_fault_is_in_its_row() => Assert.DoesNotContain(
        Tests.Where(name => FaultTest().IsMatch(name)),
        name => !Table[int.Parse(FaultTest().Match(name).Groups[1].Value, provider: null)].Contains(name));

    [GeneratedRegex(@"^\| (?<number>\d+) \|.*\| (?<tests>[^|]+) \|$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"\bpublic (?:async )?(?:void|Task) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"^Fault(\d\d)_")]
    private static partial Regex FaultTest();
}
