namespace EtcdHa.Core.Pki;

/// <summary>How a certificate, or a request for one, differs from what it must say, in words.</summary>
internal static class ProfileComparison
{
    public static void AddAlternativeNames(List<string> findings, ExtensionValues extensions, CertificateProfile profile)
    {
        AlternativeName[] wanted =
        [
            .. profile.DnsNames.Select(name => new AlternativeName(AlternativeName.Dns, name)),
            .. profile.IPAddresses.Select(address => new AlternativeName(AlternativeName.IP, address.ToString())),
        ];
        AlternativeName[] missing = [.. wanted.Except(extensions.AlternativeNames)];
        AlternativeName[] extra = [.. extensions.AlternativeNames.Except(wanted)];
        if (missing.Length > 0)
        {
            findings.Add($"SAN missing: {string.Join(", ", (IEnumerable<AlternativeName>)missing)}");
        }

        if (extra.Length > 0)
        {
            findings.Add($"SAN not asked for: {string.Join(", ", (IEnumerable<AlternativeName>)extra)}");
        }
    }

    public static void AddExtendedKeyUsage(List<string> findings, ExtensionValues extensions, CertificateProfile profile)
    {
        IReadOnlyList<string> wanted = profile.ExtendedKeyUsages;
        string[] actual = [.. extensions.ExtendedKeyUsages.Select(oid => oid switch { Oids.ServerAuth => "serverAuth", Oids.ClientAuth => "clientAuth", _ => oid })];
        if (!wanted.ToHashSet(StringComparer.Ordinal).SetEquals(actual))
        {
            string found = actual.Length == 0 ? "absent" : string.Join(", ", actual);
            findings.Add($"extended key usage is {found}, not {string.Join(", ", wanted)}");
        }
    }
}
