using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace EtcdHa.Benchmarks;

/// <summary>Runs the benchmarks: all that can run here, those a filter names, or one of the tables that BenchmarkDotNet does not measure.</summary>
internal static class Program
{
    private const string Help = """
        EtcdHa.Benchmarks                          all benchmarks but the two tables below
        EtcdHa.Benchmarks --filter '*Certificate*' those of a name
        EtcdHa.Benchmarks --placing                files placed and verified on the lab's three hosts, against scp and ssh as the page uses them; inside the lab:
                                                   tests/Lab/lab exec dotnet run -c Release --project tests/EtcdHa.Benchmarks -- --placing
        EtcdHa.Benchmarks --many-hosts             48 hosts on loopback, 16 at a time: time, processors and memory, against ssh; needs root and sshd

        What follows is BenchmarkDotNet's own.

        """;

    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["--placing"]:
                await Placing.RunAsync().ConfigureAwait(false);
                return 0;
            case ["--many-hosts"]:
                await ManyHosts.RunAsync().ConfigureAwait(false);
                return 0;
            case ["--help" or "-h" or "-?"]:
                Console.Write(Help);
                break;
        }

        // In this process: a program generated beside it would have to restore packages first.
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "etcdha-benchmarks"));
        string[] selected = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(selected, config).Any(s => s.HasCriticalValidationErrors) ? 1 : 0;
    }
}
