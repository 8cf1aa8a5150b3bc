namespace EtcdHa;

/// <summary>The form of a V3 health report: etcdctl's <c>--write-out</c>.</summary>
public enum EtcdHealthOutput
{
    /// <summary>A sentence an endpoint.</summary>
    Simple,

    /// <summary>One line of JSON.</summary>
    Json,

    /// <summary>A table with ASCII borders.</summary>
    Table,
}
