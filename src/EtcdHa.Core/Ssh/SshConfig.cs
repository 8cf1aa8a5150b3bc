using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>What is asked of ssh_config: the settings for one host.</summary>
/// <param name="Host">The host's name as the user wrote it; <c>Host</c> patterns are matched with it.</param>
/// <param name="UserName">The login name decided already; null when ssh_config may decide.</param>
/// <param name="LocalUser">The user who runs the session.</param>
/// <param name="HomeDirectory">What <c>~</c> and <c>%d</c> stand for.</param>
internal sealed record SshConfigQuery(string Host, string? UserName, string LocalUser, string HomeDirectory)
{
    /// <summary>The value of an environment variable for <c>${NAME}</c> in a path; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;
}

/// <summary>A keyword's arguments and where they were written.</summary>
/// <param name="Arguments">The arguments, at least one.</param>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
internal sealed record SshConfigValue(IReadOnlyList<string> Arguments, string Path, int Line)
{
    /// <summary>The first argument.</summary>
    public string Text => Arguments[0];

    /// <summary><c>file:line</c>.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}");

    /// <summary>True for OpenSSH's <c>none</c>.</summary>
    public bool IsNone => Text.Equals("none", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The settings ssh_config gives one host: the first value of a keyword wins, identities add up.</summary>
/// <param name="query">Which host.</param>
internal sealed class SshConfig(SshConfigQuery query)
{
    private readonly Dictionary<string, List<SshConfigValue>> _values = [];

    /// <summary>Lines that were passed over because they mean nothing here, for verbose text.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>The real host name: <c>HostName</c> with <c>%h</c> filled in, else the name asked for; in lower case as OpenSSH's.</summary>
    public string HostName => (First("HostName") is { } value ? FillHost(value) : query.Host).ToLowerInvariant();

    /// <summary>The first value of a keyword.</summary>
    /// <param name="keyword">As ssh_config(5) writes it.</param>
    /// <returns>The value; null when the keyword is not given.</returns>
    public SshConfigValue? First(string keyword) => All(keyword) is [var first, ..] ? first : null;

    /// <summary>Every value of a keyword that adds up.</summary>
    /// <param name="keyword">As ssh_config(5) writes it.</param>
    /// <returns>The values in order; none when the keyword is not given.</returns>
    public IReadOnlyList<SshConfigValue> All(string keyword) => _values.GetValueOrDefault(keyword) ?? [];

    /// <summary>True when a value for the keyword would still count.</summary>
    /// <param name="keyword">The keyword.</param>
    public bool IsOpen(SshConfigKeyword keyword) =>
        keyword.Accumulates
        || (keyword.TakesRest ? First("ProxyJump") is null && First("ProxyCommand") is null : First(keyword.Name) is null);

    /// <summary>Adds a value if it counts.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="value">Its valid value.</param>
    public void Add(SshConfigKeyword keyword, SshConfigValue value)
    {
        if (IsOpen(keyword))
        {
            if (!_values.TryGetValue(keyword.Name, out List<SshConfigValue>? values))
            {
                _values[keyword.Name] = values = [];
            }

            values.Add(value);
        }
    }

    /// <summary>Fills in <c>~</c>, the tokens and the environment variables <c>${NAME}</c> of a path.</summary>
    /// <param name="text">The path as written.</param>
    /// <param name="value">Where it was written.</param>
    /// <param name="userName">The login name, for <c>%r</c>.</param>
    /// <param name="port">sshd's port, for <c>%p</c>.</param>
    /// <returns>The path.</returns>
    /// <exception cref="EtcdSshConfigException"><c>SshConfigInvalid</c>: a token that is not known here, or a variable that is not set.</exception>
    public string FillPath(string text, SshConfigValue value, string userName, int port)
    {
        string path = text == "~" || text.StartsWith("~/", StringComparison.Ordinal) || text.StartsWith("~\\", StringComparison.Ordinal)
            ? query.HomeDirectory + text[1..]
            : text;
        return Fill(path, value, Token, query.Variable);

        string? Token(char token) => token switch
        {
            'd' => query.HomeDirectory,
            'u' => query.LocalUser,
            _ => HostToken(token, userName, port),
        };
    }

    /// <summary>Fills in the tokens of a host.</summary>
    /// <inheritdoc cref="FillPath"/>
    public string Fill(string text, SshConfigValue value, string userName, int port) => Fill(text, value, token => HostToken(token, userName, port));

    /// <summary>A line that is wrong.</summary>
    /// <param name="value">The line.</param>
    /// <param name="reason">How it is wrong: the rest of a sentence.</param>
    /// <returns>The error to throw.</returns>
    public static EtcdSshConfigException Invalid(SshConfigValue value, string reason) =>
        new("SshConfigInvalid", value.Place, reason) { Subject = value.Place };

    private static string Fill(string text, SshConfigValue value, Func<char, string?> token, Func<string, string?>? variable = null)
    {
        System.Text.StringBuilder filled = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (variable is not null && text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
            {
                int close = text.IndexOf('}', i);
                string variableName = close < 0 ? throw Invalid(value, $"'{text}' has a ${{ without }}") : text[(i + 2)..close];
                filled.Append(variable(variableName) ?? throw Invalid(value, $"'{text}' names the environment variable '{variableName}', which is not set"));
                i = close;
                continue;
            }

            if (text[i] != '%')
            {
                filled.Append(text[i]);
                continue;
            }

            char name = ++i < text.Length ? text[i] : '\0';
            filled.Append(name == '%' ? "%" : token(name) ?? throw Invalid(value, $"'{text}' has a token that is not supported; %% is a percent sign"));
        }

        return filled.ToString();
    }

    private string? HostToken(char token, string userName, int port) => token switch
    {
        'h' => HostName,
        'n' => query.Host,
        'p' => port.ToString(CultureInfo.InvariantCulture),
        'r' => userName,
        _ => null,
    };

    private string FillHost(SshConfigValue value) => Fill(value.Text, value, token => token == 'h' ? query.Host : null);
}
