namespace EtcdHa;

/// <summary>A certificate, key or certificate authority is missing, malformed, or not the one that is needed.</summary>
public sealed class EtcdCertificateException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdCertificateException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdCertificateException(Exception? innerException, string errorId, params object?[] arguments)
        : base(errorId, arguments, innerException)
    {
    }
}
