namespace EtcdHa.Benchmarks;

/// <summary>What the measured tables have in common.</summary>
internal static class Table
{
    /// <summary>The middle of some values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
