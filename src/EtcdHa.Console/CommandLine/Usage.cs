namespace EtcdHa.Console.CommandLine;

/// <summary>The text of -Help.</summary>
internal static class Usage
{
    internal const string Text = """
        Runs PowerShell scripts and an interactive prompt with the module EtcdHa, where no pwsh is installed.

        Usage: EtcdHa.Console [options] [-File] <script.ps1> [arguments]
               EtcdHa.Console [options] -Command <text>
               EtcdHa.Console [options] -Command -      the text comes from standard input
               EtcdHa.Console [options]                 a prompt; with redirected input, the script it holds

        Options:
          -Command, -c <text>   Run this text: all that follows is part of it. Exit code 1 when its last statement fails.
          -File, -f <script>    Run this script; what follows are its arguments (-Name value, -Switch:$false, by position).
          -ModulePath <psd1>    Import this module in place of EtcdHa.psd1 beside or above the console.
          -NoModule             Import no module.
          -NonInteractive       Never ask: what would prompt is an error.
          -NoLogo               No greeting before the prompt.
          -NoProfile            Accepted as pwsh accepts it; this console has no profiles.
          -Version, -v          Print the versions of the console and of its engine.
          -Help, -h, -?         Print this text.

        Exit code: that of the script's 'exit'; 0 when it runs to its end; 1 when an error ends it or the module cannot be
        imported; 64 when this command line is wrong; 130 after Ctrl+C; 143 after SIGTERM.
        """;
}
