using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Security;

namespace EtcdHa.Async;

/// <summary>
/// The pipeline as asynchronous code sees it: safe from any thread, in the order of the calls. Writing returns at once;
/// asking waits for the answer. After the command was stopped, writing does nothing and asking is cancelled.
/// </summary>
internal interface IPipeline
{
    /// <summary>Writes one object; a collection is written as it is, not unrolled.</summary>
    void WriteObject(object? value);

    /// <summary>Writes a non-terminating error.</summary>
    void WriteError(ErrorRecord error);

    /// <inheritdoc cref="Cmdlet.WriteWarning"/>
    void WriteWarning(string text);

    /// <summary>Says what is done. Never a secret.</summary>
    void WriteVerbose(string text);

    /// <summary>Protocol detail. Never a secret.</summary>
    void WriteDebug(string text);

    /// <inheritdoc cref="Cmdlet.WriteInformation(InformationRecord)"/>
    void WriteInformation(InformationRecord record);

    /// <summary>Writes progress. An activity still open when the command ends, in whatever way, is completed for the caller.</summary>
    void WriteProgress(ProgressRecord record);

    /// <summary>Asks for -WhatIf and -Confirm, on the pipeline thread.</summary>
    /// <param name="target">Host and path: what would change.</param>
    /// <param name="action">What would be done to it, in words; never content.</param>
    Task<bool> ShouldProcessAsync(string target, string action);

    /// <summary>Asks for -WhatIf and -Confirm in words of the caller's own, on the pipeline thread.</summary>
    /// <param name="description">All that would be done: what -WhatIf and -Verbose show.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="caption">Its heading.</param>
    Task<bool> ShouldProcessAsync(string description, string question, string caption);

    /// <summary>Asks the user, with "Yes to all" remembered for the rest of the command. The caller skips it under -Force.</summary>
    /// <param name="query">The question.</param>
    /// <param name="caption">Its heading.</param>
    Task<bool> ShouldContinueAsync(string query, string caption);

    /// <summary>Asks the user for a secret, on the pipeline thread; what is typed is not shown.</summary>
    /// <param name="question">The question, without colon.</param>
    /// <returns>The answer, empty when the user gives none; null when the host has nobody to ask.</returns>
    Task<SecureString?> AskSecretAsync(string question);

    /// <summary>Ends the command with an error, from wherever it is called.</summary>
    [DoesNotReturn]
    void ThrowTerminatingError(ErrorRecord error);
}
