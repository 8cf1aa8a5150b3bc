using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace EtcdHa.Benchmarks;

/// <summary>Runs the benchmarks: all of them, or those a filter names (<c>--filter '*Certificate*'</c>).</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
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
