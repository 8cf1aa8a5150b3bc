using System.Text;

namespace EtcdHa.Core.Hosts;

/// <summary>Recognises why sudo ran nothing, by what it says under LC_ALL=C (sudo 1.8 and 1.9, and sudo-rs).</summary>
internal static class SudoRefusal
{
    // In order: a line about a terminal comes together with one about a password, and then the terminal is what is missing; a locked
    // account says so before it refuses the password.
    private static readonly (string Said, string Id)[] Refusals =
    [
        ("account is locked", "SudoAccountRefused"),
        ("Account expired or PAM config lacks", "SudoAccountRefused"),
        ("Account or password is expired", "SudoAccountRefused"),
        ("account validation failure", "SudoAccountRefused"),
        ("Password expired, contact", "SudoAccountRefused"),
        ("unable to change expired password", "SudoAccountRefused"),
        ("try again", "SudoPasswordWrong"),
        ("incorrect password attempt", "SudoPasswordWrong"),
        ("incorrect authentication attempt", "SudoPasswordWrong"),
        ("you must have a tty", "SudoTerminalRequired"),
        ("a terminal is required", "SudoTerminalRequired"),
        ("no tty present", "SudoTerminalRequired"),
        ("a password is required", "SudoPasswordRequired"),
        ("interactive authentication is required", "SudoPasswordRequired"),
        ("not in the sudoers file", "SudoNotAllowed"),
        ("may not run sudo", "SudoNotAllowed"),
        ("is not allowed to", "SudoNotAllowed"),
        ("I'm afraid I can't do that", "SudoNotAllowed"),
    ];

    /// <summary>Reads standard error of a command that never began.</summary>
    /// <param name="errorOutput">What was written.</param>
    /// <param name="host">The host's name in messages.</param>
    /// <param name="marker">The run's marker.</param>
    /// <returns>The error; null when sudo has no part in it.</returns>
    public static EtcdSudoException? Recognize(ReadOnlySpan<byte> errorOutput, string host, string marker)
    {
        string prompt = marker + RemoteShellProtocol.Prompt;
        string[] all = Encoding.UTF8.GetString(errorOutput).Split('\n');
        bool askedTwice = all.Count(line => line.Contains(prompt, StringComparison.Ordinal)) > 1;
        string text = string.Join('\n', all.Where(line => !line.Contains(prompt, StringComparison.Ordinal)));
        string[] lines = [.. all.Where(line => line.Contains("sudo", StringComparison.Ordinal) || line.StartsWith("Sorry, user", StringComparison.Ordinal))];
        string? id = Refusals.FirstOrDefault(refusal => text.Contains(refusal.Said, StringComparison.Ordinal)).Id ?? (askedTwice ? "SudoPasswordWrong" : null);
        return id is not null ? new EtcdSudoException(id, host, RemoteText.LastLines(Encoding.UTF8.GetBytes(text))) { Subject = host }
            : lines.Any(IsMissing) ? new EtcdSudoException("SudoMissing", host) { Subject = host }
            : lines.Any(line => line.StartsWith("sudo: ", StringComparison.Ordinal) && !line.Contains("unable to resolve host", StringComparison.Ordinal))
                ? new EtcdSudoException("SudoFailed", host, RemoteText.LastLines(Encoding.UTF8.GetBytes(text))) { Subject = host }
                : null;
    }

    // The shell's own words: "sh: 1: exec: sudo: not found", "sh: line 1: exec: sudo: not found", "sudo: command not found".
    private static bool IsMissing(string line) =>
        line.TrimEnd().EndsWith("sudo: not found", StringComparison.Ordinal)
        || line.TrimEnd().EndsWith("sudo: command not found", StringComparison.Ordinal)
        || line.TrimEnd().EndsWith("sudo: No such file or directory", StringComparison.Ordinal);
}
