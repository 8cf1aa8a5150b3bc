namespace EtcdHa;

/// <summary>A host could not be reached over SSH, or the connection was lost.</summary>
public class EtcdSshException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshException(Exception? innerException, string errorId, params object?[] arguments)
        : base(errorId, arguments, innerException)
    {
    }
}
