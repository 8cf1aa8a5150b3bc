namespace EtcdHa;

/// <summary>An ssh_config file cannot be read, or asks for what this module does not do; nothing was connected to.</summary>
public sealed class EtcdSshConfigException : EtcdSshException
{
    /// <summary>Creates the error.</summary>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshConfigException(string errorId, params object?[] arguments)
        : base(errorId, arguments)
    {
    }

    /// <summary>Creates the error with its cause.</summary>
    /// <param name="innerException">The cause.</param>
    /// <param name="errorId">Its id, a key of <c>Errors.resx</c>.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    public EtcdSshConfigException(Exception? innerException, string errorId, params object?[] arguments)
        : base(innerException, errorId, arguments)
    {
    }
}
