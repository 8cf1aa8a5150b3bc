namespace EtcdHa;

/// <summary>A topology, a member or a value of them is invalid. Raised before anything is touched.</summary>
public sealed class EtcdTopologyException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders.</param>
    public EtcdTopologyException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders.</param>
    public EtcdTopologyException(Exception? innerException, string errorId, params object?[] arguments)
        : base(errorId, arguments, innerException)
    {
    }

    /// <summary>Line in the topology file, from 1; null when the value came from elsewhere.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the topology file, from 1; null when the value came from elsewhere.</summary>
    public int? Column { get; init; }
}
