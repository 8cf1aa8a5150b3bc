namespace EtcdHa;

/// <summary>Another run works on the host or in the staging folder, or has taken over from this one.</summary>
public sealed class EtcdLockException : EtcdHaException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdLockException(string errorId, params object?[] arguments)
        : base(errorId, arguments, null)
    {
    }

    /// <summary>The run that holds the lock; null when nobody does any more.</summary>
    public EtcdRunJournal? Holder { get; init; }
}
