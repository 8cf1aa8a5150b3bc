using System.Text.RegularExpressions;

namespace EtcdHa.Core.Reporting;

/// <summary>Leaves out of a report what a topology's free texts may hold and nobody else shall read.</summary>
internal static partial class ReportSecrets
{
    private const string LeftOut = "(left out)";

    /// <summary>An extra argument of etcd: <c>name=value</c>, but no password, neither as a value nor in a URL.</summary>
    public static string Argument(EtcdNameValue argument) =>
        SecretName().IsMatch(argument.Name) ? $"{argument.Name}={LeftOut}" : $"{argument.Name}={UserInformation().Replace(argument.Value, "://" + LeftOut + "@")}";

    [GeneratedRegex("passw|secret|credential", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex("://[^/@\\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInformation();
}
