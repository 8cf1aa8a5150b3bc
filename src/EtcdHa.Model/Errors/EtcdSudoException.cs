namespace EtcdHa;

/// <summary>A command needs root on the host and sudo did not give it.</summary>
public sealed class EtcdSudoException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSudoException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSudoException(Exception? innerException, string errorId, params object?[] arguments)
        : base(errorId, arguments, innerException)
    {
    }
}
