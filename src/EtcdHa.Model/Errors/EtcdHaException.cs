using System.Globalization;
using System.Resources;

namespace EtcdHa;

/// <summary>
/// The base of every error EtcdHa raises. Id, message and recommended action come from one resource,
/// <c>Errors.resx</c>: the key is the id, <c>&lt;id&gt;.Action</c> says what to do next.
/// </summary>
public abstract class EtcdHaException : Exception
{
    private static readonly ResourceManager Texts = new("EtcdHa.Errors.Errors", typeof(EtcdHaException).Assembly);

    /// <summary>Creates an error from its resource.</summary>
    /// <param name="errorId">The resource key.</param>
    /// <param name="arguments">What fills the text's placeholders; never a secret.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    protected EtcdHaException(string errorId, object?[] arguments, Exception? innerException)
        : base(Format(errorId, arguments), innerException)
    {
        ErrorId = errorId;
        RecommendedAction = Format(errorId + ".Action", arguments);
    }

    /// <summary>Stable, readable id, the first part of the ErrorRecord's FullyQualifiedErrorId.</summary>
    public string ErrorId { get; }

    /// <summary>What to do next, in one or two sentences.</summary>
    public string RecommendedAction { get; }

    /// <summary>What the error is about: a member, host, path or value. The ErrorRecord's target.</summary>
    public object? Subject { get; init; }

    private static string Format(string key, object?[] arguments)
    {
        string text = Texts.GetString(key, CultureInfo.CurrentUICulture)
            ?? throw new MissingManifestResourceException($"Errors.resx has no text '{key}'.");
        return string.Format(CultureInfo.InvariantCulture, text, arguments);
    }
}
