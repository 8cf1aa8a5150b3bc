using System.Security;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Makes keys and certificates with ssh-keygen and openssl, and lets a throw-away sshd take them.</summary>
internal static class TestKeys
{
    public const string Keygen = "/usr/bin/ssh-keygen";

    public static SecureString Secret(string text)
    {
        SecureString secret = new();
        foreach (char c in text)
        {
            secret.AppendChar(c);
        }

        return secret;
    }

    /// <summary>Makes a key by ssh-keygen with more options; returns the private key's path.</summary>
    public static string Create(TestSshd sshd, string name, string type, string passphrase, params string[] options)
    {
        string path = sshd.PathOf(name);
        TestSshd.Run(Keygen, ["-q", "-t", type, "-N", passphrase, "-C", name, "-f", path, .. options]);
        Assert.True(File.Exists(path), $"ssh-keygen made no {type} key with {string.Join(' ', options)}");
        return path;
    }

    /// <summary>Adds a public key file to those the user may log in with.</summary>
    public static void Authorize(this TestSshd sshd, string publicKeyPath) =>
        File.AppendAllText(sshd.PathOf("authorized_keys"), File.ReadAllText(publicKeyPath).TrimEnd() + "\n");

    /// <summary>Signs a key: makes <c>&lt;key&gt;-cert.pub</c> beside it.</summary>
    public static string Sign(TestSshd sshd, string authority, string key, params string[] options)
    {
        TestSshd.Run(Keygen, ["-q", "-s", authority, "-I", "test", .. options, key + ".pub"]);
        string certificate = key + "-cert.pub";
        Assert.True(File.Exists(certificate), "ssh-keygen made no certificate");
        return certificate;
    }

    /// <summary>SHA256 fingerprint of a public key file.</summary>
    public static string Fingerprint(string publicKeyPath) => TestSshd.Run(Keygen, "-lf", publicKeyPath).Split(' ')[1];

    /// <summary>The same target without what the test machine itself might offer.</summary>
    public static ResolvedSshTarget With(this TestSshd sshd, params string[] identityFiles) => sshd.Target() with { IdentityFiles = identityFiles };
}

/// <summary>Answers questions for passphrases from a list; then nobody answers.</summary>
internal sealed class TestPrompt(params string?[] answers) : ISshSecretPrompt
{
    private readonly Queue<string?> _answers = new(answers);

    public List<(string Path, bool IsRepeated)> Questions { get; } = [];

    public async Task<SecureString?> AskPassphraseAsync(string keyPath, bool isRepeated, CancellationToken cancellationToken)
    {
        // A user takes a while; meanwhile the other hosts come to the same question.
        await Task.Delay(50, cancellationToken);
        lock (_answers)
        {
            Questions.Add((keyPath, isRepeated));
            return _answers.TryDequeue(out string? answer) && answer is not null ? TestKeys.Secret(answer) : null;
        }
    }
}

/// <summary>Notes what connecting tells.</summary>
internal sealed class TestLog
{
    private readonly List<string> _lines = [];

    public TestLog() => Log = new SshConnectionLog(text => Add("VERBOSE " + text), text => Add("DEBUG " + text), text => Add("WARNING " + text));

    public SshConnectionLog Log { get; }

    public string Text
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    private void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}
