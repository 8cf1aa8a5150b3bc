using EtcdHa.Core.Hosts.DataDirectory;

namespace EtcdHa.Core.Tests.Hosts.DataDirectory;

/// <summary>
/// The first 256 bytes that etcd 3.4.23 and 3.5.30 both wrote for infra0 at https://10.0.0.6:2380, the one founder of a cluster with the
/// token <c>this-build</c>; their logs named the IDs.
/// </summary>
internal static class WalBytes
{
    public const string Token = "this-build";

    public static readonly WalMetadata Ids = new(0xa19ddf3ef9f38b65, 0x8d971f096edb4c69);

    public static readonly byte[] Head = Convert.FromBase64String(
        "BAAAAAAAAIQIBBAAAAAAACAAAAAAAAAACAEQi92f+wsaFgjlls7P7+f3zqEBEOmY7faW4cfLjQEOAAAAAAAAgggFELK5xqkBGgQIABAAAABzAAAAAAAA"
        + "hQgCEOnN/NAEGmkIARABGAEiYQgAEAAY5ZbOz+/n986hASJQeyJpZCI6MTE2NDU3MDk2NzMwMjQ0MjQ4MDUsInBlZXJVUkxzIjpbImh0dHBzOi8vMTAu"
        + "MC4wLjY6MjM4MCJdLCJuYW1lIjoiaW5mcmEwIn0AAAAAABAAAAAAAAAACAMQt6DnnAkaBggBEAAYARAAAAAAAAAACAIQsvWOtgQaBggAEAIYAg==");
}
