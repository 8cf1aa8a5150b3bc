namespace EtcdHa.Core.Reporting.Html;

/// <summary>How a state is to be taken.</summary>
internal enum Tone
{
    /// <summary>Neither good nor bad.</summary>
    Plain,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be looked at.</summary>
    Doubtful,

    /// <summary>Not as it should be.</summary>
    Bad,
}
