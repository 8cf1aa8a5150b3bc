using System.Globalization;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace EtcdHa.Errors;

/// <summary>The one place where ErrorRecords are made.</summary>
internal static class ErrorRecords
{
    /// <summary>The id of an exception that is none of EtcdHa's own: a defect, or a fault of the workstation.</summary>
    public const string UnexpectedErrorId = "UnexpectedError";

    /// <summary>The record of an exception. A cancellation is not an error: it is thrown on.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="target">The member, host or path worked on; the exception's own subject goes before it.</param>
    /// <param name="place">The host or file worked on: the shown message names it when the exception's own does not.</param>
    public static ErrorRecord From(Exception exception, object? target, string? place = null)
    {
        if (exception is AggregateException { InnerExceptions: [{ } only] })
        {
            exception = only;
        }

        if (exception is OperationCanceledException or PipelineStoppedException)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        return exception is EtcdHaException own
            ? Record(own, own.ErrorId, Category(own), own.Subject ?? target, place, own.RecommendedAction)
            : Record(exception, UnexpectedErrorId, ErrorCategory.NotSpecified, target, place, string.Format(
                CultureInfo.InvariantCulture,
                "This is a defect of EtcdHa or a fault of this machine ({0}). Get-Error shows where it came from.",
                exception.GetType().FullName));
    }

    private static ErrorRecord Record(
        Exception exception, string id, ErrorCategory category, object? target, string? place, string recommendedAction)
    {
        bool namesPlace = place is null || exception.Message.Contains(place, StringComparison.OrdinalIgnoreCase);
        return new ErrorRecord(exception, id, category, target)
        {
            ErrorDetails = new ErrorDetails(namesPlace ? exception.Message : $"{place}: {exception.Message}")
            {
                RecommendedAction = recommendedAction,
            },
        };
    }

    private static ErrorCategory Category(EtcdHaException exception) => exception switch
    {
        EtcdTopologyException => ErrorCategory.InvalidArgument,
        EtcdCertificateException => ErrorCategory.InvalidData,
        EtcdStagingException => StagingCategory(exception.ErrorId),
        EtcdSshHostKeyException => ErrorCategory.SecurityError,
        EtcdSshAuthenticationException => ErrorCategory.AuthenticationError,
        EtcdSshConfigException => ErrorCategory.InvalidArgument,
        EtcdSshException => ErrorCategory.ConnectionError,
        EtcdSudoException => ErrorCategory.PermissionDenied,
        EtcdTimeoutException => ErrorCategory.OperationTimeout,
        EtcdLockException => ErrorCategory.ResourceBusy,
        EtcdPlanException => exception.ErrorId.Contains("File", StringComparison.Ordinal) ? StagingCategory(exception.ErrorId) : ErrorCategory.InvalidOperation,
        EtcdHostException or EtcdClusterException => ErrorCategory.InvalidResult,
        _ => ErrorCategory.NotSpecified,
    };

    // Staging errors say in their id what is wrong with the file or folder.
    private static ErrorCategory StagingCategory(string errorId) =>
        errorId.Contains("Missing", StringComparison.Ordinal) || errorId.Contains("NotFound", StringComparison.Ordinal) ? ErrorCategory.ObjectNotFound
        : errorId.Contains("Exists", StringComparison.Ordinal) ? ErrorCategory.ResourceExists
        : errorId.EndsWith("Denied", StringComparison.Ordinal) ? ErrorCategory.PermissionDenied
        : errorId.EndsWith("Unreadable", StringComparison.Ordinal) ? ErrorCategory.ReadError
        : errorId.EndsWith("Unwritable", StringComparison.Ordinal) ? ErrorCategory.WriteError
        : ErrorCategory.InvalidData;
}
