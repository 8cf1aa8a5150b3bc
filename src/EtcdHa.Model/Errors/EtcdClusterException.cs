namespace EtcdHa;

/// <summary>The etcd cluster as a whole is not in the state that was asked for.</summary>
public sealed class EtcdClusterException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdClusterException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdClusterException(Exception? innerException, string errorId, params object?[] arguments)
        : base(errorId, arguments, innerException)
    {
    }
}
