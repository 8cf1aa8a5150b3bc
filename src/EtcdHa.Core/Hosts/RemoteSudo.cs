using System.Security;
using System.Text;

namespace EtcdHa.Core.Hosts;

/// <summary>How the scripts of one host become root, and what is known of it so far.</summary>
/// <param name="mode">Whether sudo is used and given a password.</param>
/// <param name="password">What sudo asks for; null: nothing to give it. Never copied but into what is sent, which is zeroed.</param>
public sealed class RemoteSudo(EtcdSudoMode mode = EtcdSudoMode.Auto, SecureString? password = null)
{
    // sudo's own limit (SUDO_CONV_REPL_MAX, with its end).
    private const int MaximumBytes = 1023;

    private volatile bool _isProven;

    /// <summary>Whether sudo is used and given a password.</summary>
    public EtcdSudoMode Mode => mode;

    /// <summary>True: sudo is given the password, on its standard input and at most once a command.</summary>
    public bool GivesPassword => mode == EtcdSudoMode.Password || (mode == EtcdSudoMode.Auto && password is not null);

    /// <summary>True once a script began as root: a password that was right is right for what stops a script, too.</summary>
    internal bool IsProven
    {
        get => _isProven;
        set => _isProven = value;
    }

    /// <summary>Refuses what cannot work, before anything is connected to.</summary>
    /// <param name="host">The host's name in messages.</param>
    /// <exception cref="EtcdSudoException">
    /// <c>SudoPasswordMissing</c>: the mode is Password and none was given; <c>SudoPasswordInvalid</c>: it is empty, longer than 1022 bytes, or holds a
    /// line end or NUL, so that sudo cannot read it as one line.
    /// </exception>
    public void Check(string host)
    {
        if (!GivesPassword)
        {
            return;
        }

        byte[] line = PasswordLine(host);
        try
        {
            ReadOnlySpan<byte> text = line.AsSpan(..^1);
            if (text.IsEmpty || line.Length > MaximumBytes || text.IndexOfAny("\n\r\0"u8) >= 0)
            {
                throw new EtcdSudoException("SudoPasswordInvalid", host) { Subject = host };
            }
        }
        finally
        {
            Array.Clear(line);
        }
    }

    /// <summary>The password as sudo reads it: UTF-8 and a line end.</summary>
    /// <param name="host">The host's name in messages.</param>
    /// <returns>A buffer that the caller zeroes.</returns>
    /// <exception cref="EtcdSudoException"><c>SudoPasswordMissing</c>.</exception>
    internal byte[] PasswordLine(string host)
    {
        if (password is null)
        {
            throw new EtcdSudoException("SudoPasswordMissing", host) { Subject = host };
        }

        char[] text = new char[password.Length + 1];
        nint copy = System.Runtime.InteropServices.Marshal.SecureStringToGlobalAllocUnicode(password);
        try
        {
            System.Runtime.InteropServices.Marshal.Copy(copy, text, 0, password.Length);
            text[^1] = '\n';
            byte[] line = new byte[Encoding.UTF8.GetByteCount(text)];
            Encoding.UTF8.GetBytes(text, line);
            return line;
        }
        finally
        {
            System.Runtime.InteropServices.Marshal.ZeroFreeGlobalAllocUnicode(copy);
            Array.Clear(text);
        }
    }
}
