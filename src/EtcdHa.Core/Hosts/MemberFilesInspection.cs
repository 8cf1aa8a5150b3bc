using System.Text;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// What a host tells of the files below its certificates directory: certificates whole, of a private key the public half alone
/// (by the host's own openssl), and the paths of everything that lies there.
/// </summary>
internal sealed class MemberFilesInspection
{
    // A key whose public half openssl does not tell is unreadable; without openssl nothing is known.
    private const string Functions = """
        certificate() { if [ -f "$1" ]; then printf 'crt|%s\n' "$(base64 -w0 < "$1")"; else echo 'crt|'; fi; }
        public_key() {
            if [ ! -f "$1" ] || ! command -v openssl >/dev/null; then echo 'pub|'
            elif public=$(openssl pkey -in "$1" -passin pass: -pubout -outform DER 2>/dev/null | base64 -w0) && [ -n "$public" ]; then printf 'pub|%s\n' "$public"
            else echo 'pub|unreadable'; fi
        }
        found() { [ ! -d "$1" ] || find -L "$1" ! -type d -exec printf 'found|%s\n' {} +; }

        """;

    private const string Unreadable = "unreadable";

    private readonly Dictionary<string, string> _certificates;
    private readonly Dictionary<string, string> _publicKeys;

    private MemberFilesInspection(Dictionary<string, string> certificates, Dictionary<string, string> publicKeys, IReadOnlyList<string> found)
    {
        _certificates = certificates;
        _publicKeys = publicKeys;
        Found = found;
    }

    /// <summary>Everything but directories, links followed, in the certificates directory and in the SSH user's <c>~/pki</c>.</summary>
    public IReadOnlyList<string> Found { get; }

    /// <summary>The script; it goes behind <see cref="HostLook.Script"/>, which sets <c>home</c>.</summary>
    /// <param name="root">The certificates directory.</param>
    /// <param name="names">Paths below it.</param>
    public static string Script(string root, IEnumerable<string> names)
    {
        var script = new StringBuilder(Functions);
        foreach (string name in names)
        {
            string command = StagedFile.IsKeyPath(name) ? "public_key" : "certificate";
            script.Append(command).Append(' ').Append(PosixShell.Quote(UnixPath.Join(root, name))).Append('\n');
        }

        script.Append("found ").Append(PosixShell.Quote(root)).Append('\n');
        script.Append("found \"$home/pki\"\n"); // the page's way over the home directory leaves keys there
        return script.ToString();
    }

    /// <summary>Reads what <see cref="Script"/> printed.</summary>
    /// <param name="host">The host, for messages.</param>
    /// <param name="output">What it printed.</param>
    /// <param name="names">As they were given to <see cref="Script"/>.</param>
    /// <exception cref="EtcdHostException"><c>HostAnswerUnreadable</c>.</exception>
    public static MemberFilesInspection Read(string host, string output, IReadOnlyList<string> names)
    {
        string[] keyNames = [.. names.Where(StagedFile.IsKeyPath)];
        string[] certificateNames = [.. names.Except(keyNames, StringComparer.Ordinal)];
        string[] certificates = HostLook.Values(output, "crt");
        string[] keys = HostLook.Values(output, "pub");
        bool isWhole = certificates.Length == certificateNames.Length && keys.Length == keyNames.Length;
        if (!isWhole || certificates.Concat(keys.Where(k => k != Unreadable)).Any(text => !IsBase64(text)))
        {
            throw HostLook.Unreadable(host, output);
        }

        return new MemberFilesInspection(
            certificateNames.Zip(certificates).Where(p => p.Second.Length > 0).ToDictionary(p => p.First, p => Encoding.UTF8.GetString(Convert.FromBase64String(p.Second))),
            keyNames.Zip(keys).Where(p => p.Second.Length > 0).ToDictionary(p => p.First, p => p.Second),
            HostLook.Values(output, "found"));
    }

    /// <summary>A certificate file's text; null when it is not there or empty.</summary>
    /// <param name="name">Path below the certificates directory.</param>
    public string? Certificate(string name) => _certificates.GetValueOrDefault(name);

    /// <summary>True when the host's openssl cannot read a key: damaged, encrypted or something else.</summary>
    /// <param name="name">Path below the certificates directory.</param>
    public bool IsUnreadable(string name) => _publicKeys.GetValueOrDefault(name) == Unreadable;

    /// <summary>The public half of a key; null when the host has no openssl, or the file is unreadable or not there.</summary>
    /// <param name="name">Path below the certificates directory.</param>
    public CertificateKey? PublicKey(string name)
        => _publicKeys.TryGetValue(name, out string? answer) && answer != Unreadable
            ? CertificateKey.FromPublicKeyInfo(Convert.FromBase64String(answer))
            : null;

    private static bool IsBase64(string text) => System.Buffers.Text.Base64.IsValid(text);
}
