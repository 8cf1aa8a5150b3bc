using System.ComponentModel;
using System.Diagnostics;

namespace EtcdHa.Core.Tests.Staging;

/// <summary>The openssl of this machine.</summary>
internal static class OpenSsl
{
    /// <summary>Skips the test where there is none.</summary>
    public static async Task RequireAsync() => Assert.SkipWhen(await RunAsync("version") is null, "openssl is not installed.");

    /// <summary>What it prints, errors after the rest; null when it is not installed.</summary>
    public static async Task<string?> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (await output + errors).Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
