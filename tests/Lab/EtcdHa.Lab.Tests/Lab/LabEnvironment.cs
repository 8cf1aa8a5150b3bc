namespace EtcdHa.Lab.Tests.Lab;

/// <summary>The lab this process runs in, as <c>lab exec</c> describes it.</summary>
public static class LabEnvironment
{
    public const string WhySkipped = "needs the lab's hosts: tests/Lab/lab up, then tests/Lab/lab exec dotnet exec …/EtcdHa.Lab.Tests.dll";

    public static bool IsUp => Environment.GetEnvironmentVariable("ETCDHA_LAB") == "1";

    internal static string Key => Variable("ETCDHA_LAB_KEY");

    internal static string OperatorPassword => File.ReadAllText(Variable("ETCDHA_LAB_OPERATOR_PASSWORD_FILE")).Trim();

    internal static string KnownHosts => Variable("ETCDHA_LAB_KNOWN_HOSTS");

    internal static string SshConfig => Variable("ETCDHA_LAB_SSH_CONFIG");

    /// <summary>The first hosts, by their IPv4 addresses; a lab may have more.</summary>
    internal static IReadOnlyList<LabHost> Hosts(int count = 3) => Hosts("ETCDHA_LAB_HOSTS", count);

    /// <summary>The same hosts by their IPv6 addresses.</summary>
    internal static IReadOnlyList<LabHost> Hosts6(int count = 3) => Hosts("ETCDHA_LAB_HOSTS6", count);

    /// <summary>Runs one of the lab's commands: off, cut, on, reset.</summary>
    internal static void Lab(params string[] arguments)
        => LocalProgram.Run(Variable("ETCDHA_LAB_COMMAND"), arguments, null, TimeSpan.FromMinutes(5)).RequireSuccess();

    internal static System.Security.SecureString Secure(string text)
    {
        var secret = new System.Security.SecureString();
        Array.ForEach(text.ToCharArray(), secret.AppendChar);
        return secret;
    }

    private static LabHost[] Hosts(string variable, int count)
    {
        string[] all = Variable(variable).Split(' ');
        Assert.SkipUnless(all.Length >= count, $"needs {count} hosts: tests/Lab/lab up --hosts {count}");
        return [.. all.Take(count).Select(h => h.Split('=')).Select(h => new LabHost(h[0], h[1]))];
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set: run the tests by tests/Lab/lab exec.");
}
