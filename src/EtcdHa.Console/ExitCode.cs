namespace EtcdHa.Console;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    internal const int Success = 0;

    internal const int Failure = 1;

    /// <summary>The command line was wrong (EX_USAGE of sysexits.h, as pwsh uses it).</summary>
    internal const int Usage = 64;

    /// <summary>The shell's convention for a process ended by a signal: 128 and the signal's number.</summary>
    internal const int SignalBase = 128;
}
