namespace EtcdHa;

/// <summary>The form of a report.</summary>
public enum EtcdReportFormat
{
    /// <summary>By the file's name: JSON for <c>.json</c>, else HTML.</summary>
    Auto,

    /// <summary>One self-contained page.</summary>
    Html,

    /// <summary>JSON of a documented, versioned form.</summary>
    Json,

    /// <summary>Both, side by side: <c>name.html</c> and <c>name.json</c>.</summary>
    Both,
}
