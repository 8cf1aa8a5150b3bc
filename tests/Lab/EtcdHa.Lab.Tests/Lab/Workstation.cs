using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>Where a run is killed: just before a step was taken, or just after.</summary>
internal sealed record KillPoint(string Host, string Action, bool HasEnded);

/// <summary>A workstation of its own: a staging folder, and the module's console as a process that can be killed.</summary>
internal sealed class Workstation
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public Workstation(string staging)
    {
        Staging = staging;
        Script = staging + ".ps1";
        string hosts = string.Join(", ", LabEnvironment.Hosts().Select(h => $"(New-EtcdMember {h.Name} {h.Address})"));
        File.WriteAllText(Script, $$"""
            param([string] $Before = '')
            $lab = Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY
            $topology = {{hosts}} | New-EtcdTopology -SshUser ubuntu -IdentityFile '{{LabEnvironment.Key}}' -KnownHostsFile '{{LabEnvironment.KnownHosts}}' {{Procedure.DocumentedTopology}}
            if ($Before -eq 'unlock') { $topology | Unlock-EtcdHost -StagingPath '{{staging}}' -Confirm:$false | Out-Null }
            $topology | Get-EtcdPlan -StagingPath '{{staging}}' | Invoke-EtcdPlan -Confirm:$false | ForEach-Object { "$_" }

            """);
    }

    public string Staging { get; }

    private string Script { get; }

    private string Journal => Path.Combine(Staging, "journal.jsonl");

    private static string Console => Directory.GetFiles(Path.Combine(BuiltModule.Root, "src", "EtcdHa.Console", "bin"), "EtcdHa.Console.dll", SearchOption.AllDirectories)[0];

    /// <summary>Another workstation, which was given a copy of this one's staging folder.</summary>
    public Workstation Successor(string staging)
    {
        if (Directory.Exists(Staging))
        {
            WorkstationFiles.Copy(Staging, staging);
        }

        return new Workstation(staging);
    }

    /// <summary>Runs the plan to its end.</summary>
    public ProgramResult Run(string before = "") => LocalProgram.Run("dotnet", ["exec", Console, Script, "-Before", before], null, Patience);

    /// <summary>Runs the plan until its journal has a line that the caller wants to see, and sends the process a signal then.</summary>
    /// <param name="isWanted">Asked about each step of this run that began or ended.</param>
    /// <param name="signal">KILL, or INT: Ctrl+C.</param>
    /// <param name="before">What the script does first.</param>
    /// <returns>The step; null when the run came to its end without one.</returns>
    public KillPoint? RunAndKill(Func<KillPoint, bool> isWanted, string signal, string before = "")
    {
        int seen = Lines().Length;

        // A test run in the background has Ctrl+C ignored, and its children would inherit that.
        string[] command = ["--default-signal=INT", "dotnet", "exec", Console, Script, "-Before", before];
        var start = new ProcessStartInfo("/usr/bin/env", command) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Patience)
        {
            if (Points(Lines().Skip(seen)).FirstOrDefault(isWanted) is { } wanted)
            {
                LocalProgram.Run("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)], null, TimeSpan.FromSeconds(10));
                Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"SIG{signal} did not end the run.");
                return wanted;
            }

            if (process.HasExited)
            {
                Assert.True(errors.Result.Length == 0, $"{output.Result}\n{errors.Result}");
                return null;
            }

            Thread.Sleep(2);
        }

        process.Kill();
        throw new TimeoutException("The run did not end: " + output.Result);
    }

    // Paths of the staging folder are another workstation's others.
    private IEnumerable<KillPoint> Points(IEnumerable<string> lines)
    {
        var actions = new Dictionary<int, string>();
        foreach (JsonElement line in lines.Select(l => JsonDocument.Parse(l).RootElement))
        {
            string kind = line.GetProperty("kind").GetString()!;
            string host = line.TryGetProperty("host", out JsonElement name) ? name.GetString()! : "workstation";
            if (kind == "step")
            {
                string action = line.GetProperty("action").GetString()!.Replace(Staging, "", StringComparison.Ordinal);
                actions[line.GetProperty("number").GetInt32()] = action;
                yield return new KillPoint(host, action, HasEnded: false);
            }
            else if (kind == "done" && actions.TryGetValue(line.GetProperty("number").GetInt32(), out string? begun))
            {
                yield return new KillPoint(host, begun, HasEnded: true);
            }
        }
    }

    // Whole lines only.
    private string[] Lines()
    {
        if (!File.Exists(Journal))
        {
            return [];
        }

        using var stream = new FileStream(Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
