using System.Security;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>
/// A password, by the method password or keyboard-interactive, whichever the host takes, and by one of them only: two tries of a wrong password
/// count twice where accounts are locked. Disposing it zeroes the password.
/// </summary>
internal sealed class SshPasswordLogin : IDisposable
{
    private readonly string _host;
    private readonly byte[] _bytes;
    private readonly string _text;
    private readonly Password _password;
    private readonly Keyboard _keyboard;

    /// <summary>Makes the two methods.</summary>
    /// <param name="target">The host.</param>
    /// <param name="password">The password.</param>
    public SshPasswordLogin(ResolvedSshTarget target, SecureString password)
    {
        _host = target.ToString();
        _bytes = SecretText.Utf8(password);
        _text = SecretText.Copy(password);
        _password = new Password(this, target.UserName, _bytes);
        _password.PasswordExpired += (_, _) => throw Error("SshPasswordExpired", _host);
        _keyboard = new Keyboard(this, target.UserName);
        _keyboard.AuthenticationPrompt += (_, e) => Answer(e);
    }

    /// <summary>The methods in order.</summary>
    public AuthenticationMethod[] Methods => [_password, _keyboard];

    /// <summary>The method that was used; null: none yet.</summary>
    public string? Used { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _password.Dispose();
        _keyboard.Dispose();
        Array.Clear(_bytes);
        SecretText.Zero(_text);
    }

    // The one question a password answers is asked once and does not show what is typed.
    private bool _isAnswered;

    private void Answer(AuthenticationPromptEventArgs e)
    {
        AuthenticationPrompt[] questions = [.. e.Prompts];
        if (questions.Length == 0)
        {
            return;
        }

        if (_isAnswered || questions is not [{ IsEchoed: false } question])
        {
            throw Error("SshQuestionNotAnswered", _host, SshErrors.Plain(string.Join(" ", questions.Select(q => q.Request))));
        }

        _isAnswered = true;
        question.Response = _text;
    }

    private bool Claim(string method)
    {
        bool isFirst = Used is null || Used == method;
        Used ??= method;
        return isFirst;
    }

    private static EtcdSshAuthenticationException Error(string id, params object?[] arguments) => new(id, arguments) { Subject = arguments[0] };

    private sealed class Password(SshPasswordLogin login, string userName, byte[] password) : PasswordAuthenticationMethod(userName, password)
    {
        public override AuthenticationResult Authenticate(Session session) => login.Claim(Name) ? base.Authenticate(session) : AuthenticationResult.Failure;
    }

    private sealed class Keyboard(SshPasswordLogin login, string userName) : KeyboardInteractiveAuthenticationMethod(userName)
    {
        public override AuthenticationResult Authenticate(Session session) => login.Claim(Name) ? base.Authenticate(session) : AuthenticationResult.Failure;
    }
}
