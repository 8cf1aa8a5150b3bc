namespace EtcdHa.Core.Pki;

/// <summary>One SAN of a certificate.</summary>
/// <param name="Kind"><see cref="Dns"/>, <see cref="IP"/>, <c>e-mail</c>, <c>URI</c> or <c>other</c>.</param>
/// <param name="Value">The name; an address in canonical form.</param>
internal sealed record AlternativeName(string Kind, string Value)
{
    public const string Dns = "DNS";
    public const string IP = "IP";

    /// <summary><c>DNS infra0</c>: an address can also stand there as a DNS name, so the kind is said.</summary>
    public override string ToString() => $"{Kind} {Value}";
}
