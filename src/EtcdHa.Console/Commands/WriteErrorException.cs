namespace Microsoft.PowerShell.Commands;

/// <summary>What Write-Error wraps a message in; scripts know it by this name.</summary>
/// <param name="message">The message given to Write-Error.</param>
public sealed class WriteErrorException(string message) : SystemException(message);
