using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>A keyword of ssh_config that means something here: how many arguments it takes and which are valid.</summary>
/// <param name="Name">As ssh_config(5) writes it.</param>
/// <param name="Form">What an argument must be, for messages.</param>
/// <param name="IsValid">Tells whether one argument is valid.</param>
internal sealed record SshConfigKeyword(string Name, string Form, Func<string, bool> IsValid)
{
    // Time units in seconds (sshd_config(5), TIME FORMATS).
    private static readonly Dictionary<char, long> Units = new() { ['s'] = 1, ['m'] = 60, ['h'] = 3600, ['d'] = 86400, ['w'] = 604800 };

    private static readonly Dictionary<string, SshConfigKeyword> All = Table();

    /// <summary>True when every occurrence counts, not only the first.</summary>
    public bool Accumulates => Name is "IdentityFile" or "CertificateFile";

    /// <summary>True when one line may have several arguments.</summary>
    public bool TakesSeveral => Name is "UserKnownHostsFile" or "GlobalKnownHostsFile";

    /// <summary>True when the argument is the rest of the line as written.</summary>
    public bool TakesRest => Name is "ProxyJump" or "ProxyCommand";

    /// <summary>Finds a keyword.</summary>
    /// <param name="keyword">In lower case.</param>
    /// <returns>The keyword; null when it means nothing here.</returns>
    public static SshConfigKeyword? Find(string keyword) => All.GetValueOrDefault(keyword);

    /// <summary>Reads a time.</summary>
    /// <param name="text">Seconds, or numbers with units such as <c>1m30s</c>; <c>none</c> is 0.</param>
    /// <returns>The time; null when the text is none or longer than 24 days, which no timer can wait.</returns>
    public static TimeSpan? Time(string text)
    {
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return TimeSpan.Zero;
        }

        long seconds = 0;
        for (int i = 0; i < text.Length; i++)
        {
            int start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
            {
                i++;
            }

            if (i == start || i - start > 7 || (i < text.Length && !Units.ContainsKey(char.ToLowerInvariant(text[i]))))
            {
                return null;
            }

            long unit = i < text.Length ? Units[char.ToLowerInvariant(text[i])] : 1;
            seconds += unit * long.Parse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture);
            if (seconds > 24 * Units['d'])
            {
                return null;
            }
        }

        return text.Length == 0 ? null : TimeSpan.FromSeconds(seconds);
    }

    private static Dictionary<string, SshConfigKeyword> Table()
    {
        string[] flags = ["yes", "no", "true", "false"];
        string[] checking = [.. flags, "off", "ask", "accept-new"];
        string[] words =
        [
            "HostName", "User", "HostKeyAlias", "IdentityFile", "CertificateFile", "RevokedHostKeys",
            "UserKnownHostsFile", "GlobalKnownHostsFile", "ProxyCommand",
        ];
        SshConfigKeyword[] all =
        [
            .. words.Select(name => new SshConfigKeyword(name, "not empty", text => text.Length > 0)),
            new("IdentityAgent", "a path, none, SSH_AUTH_SOCK or $NAME", text =>
                text.Length > 0 && (text[0] != '$' || text.StartsWith("${", StringComparison.Ordinal) || (text.Length > 1 && text.Skip(1).All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))),
            new("ProxyJump", "none or " + SshConfigJump.Form, text => SshConfigJump.Parse(text) is not null),
            new("Port", "a number from 1 to 65535", text =>
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535),
            new("IdentitiesOnly", "yes or no", text => flags.Contains(text, StringComparer.OrdinalIgnoreCase)),
            new("HashKnownHosts", "yes or no", text => flags.Contains(text, StringComparer.OrdinalIgnoreCase)),
            new("StrictHostKeyChecking", "yes, accept-new, ask or no", text => checking.Contains(text, StringComparer.OrdinalIgnoreCase)),
            new("ConnectTimeout", "a time of at most 24 days, such as 30 or 1m30s", text => Time(text) is not null),
            new("ServerAliveInterval", "a time of at most 24 days, such as 30 or 1m30s", text => Time(text) is not null),
        ];
        return all.ToDictionary(keyword => keyword.Name.ToLowerInvariant());
    }
}
