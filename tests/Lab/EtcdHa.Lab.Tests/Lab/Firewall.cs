namespace EtcdHa.Lab.Tests.Lab;

/// <summary>Rules of the packet filter on this side of the lab's network, in a table of their own.</summary>
internal static class Firewall
{
    /// <summary>Drops what this machine sends.</summary>
    /// <param name="rule">What is dropped, such as <c>tcp dport 22</c>.</param>
    /// <returns>Disposing opens the way again.</returns>
    public static IDisposable Drop(string rule)
    {
        Nft($$"""
            add table inet lab_test
            add chain inet lab_test out { type filter hook output priority 0; }
            add rule inet lab_test out {{rule}} drop

            """);
        return new PlantedFault(() => Nft("delete table inet lab_test"));
    }

    private static void Nft(string rules) => LocalProgram.Run("nft", ["-f", "-"], rules, TimeSpan.FromSeconds(10)).RequireSuccess();
}
