namespace EtcdHa.Core.Ssh;

/// <summary>Reads the value of ProxyJump (readconf.c, parse_jump).</summary>
internal static class SshConfigJump
{
    /// <summary>What a value must be, for messages.</summary>
    public const string Form = "[user@]host[:port], separated by commas";

    private const string Scheme = "ssh://";

    /// <summary>Splits the value into hops.</summary>
    /// <param name="text">The value: one word.</param>
    /// <returns>The hops, the first one first; none for <c>none</c>; null when the text is not a list of hops.</returns>
    public static IReadOnlyList<EtcdSshTarget>? Parse(string text)
    {
        if (text.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        EtcdSshTarget?[] hops = [.. text.Split(',').Select(Hop)];
        return hops.Contains(null) ? null : [.. hops.OfType<EtcdSshTarget>()];
    }

    private static EtcdSshTarget? Hop(string text)
    {
        bool isUri = text.StartsWith(Scheme, StringComparison.Ordinal);
        string hop = isUri ? text[Scheme.Length..] : text;
        hop = isUri && hop.EndsWith('/') ? hop[..^1] : hop;

        // A port may be left empty. An IPv6 address stands in brackets, as ssh demands.
        hop = hop.EndsWith(':') ? hop[..^1] : hop;
        string host = hop[(hop.LastIndexOf('@') + 1)..];
        if ((isUri && hop.Contains('?', StringComparison.Ordinal)) || (!host.StartsWith('[') && host.Count(c => c == ':') > 1))
        {
            return null;
        }

        try
        {
            return new EtcdSshTarget(hop);
        }
        catch (EtcdTopologyException)
        {
            return null;
        }
    }
}
