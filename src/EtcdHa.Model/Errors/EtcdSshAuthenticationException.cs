namespace EtcdHa;

/// <summary>The host refused every way of logging in that was tried.</summary>
public sealed class EtcdSshAuthenticationException : EtcdSshException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshAuthenticationException(string errorId, params object?[] arguments)
        : base(errorId, arguments)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshAuthenticationException(Exception? innerException, string errorId, params object?[] arguments)
        : base(innerException, errorId, arguments)
    {
    }
}
