namespace EtcdHa;

/// <summary>The host's key is unknown, changed or revoked; nothing was sent to the host.</summary>
public sealed class EtcdSshHostKeyException : EtcdSshException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshHostKeyException(string errorId, params object?[] arguments)
        : base(errorId, arguments)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshHostKeyException(Exception? innerException, string errorId, params object?[] arguments)
        : base(innerException, errorId, arguments)
    {
    }
}
