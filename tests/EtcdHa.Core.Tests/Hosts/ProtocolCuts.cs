namespace EtcdHa.Core.Tests.Hosts;

/// <summary>Where a connection may break in what is sent.</summary>
internal static class ProtocolCuts
{
    /// <summary>Before, just behind the first byte of, in the middle of and before the end of every line.</summary>
    public static IEnumerable<int> Of(byte[] sent)
    {
        int start = 0;
        while (start < sent.Length)
        {
            int end = Array.IndexOf(sent, (byte)'\n', start);
            foreach (int cut in (int[])[start, start + 1, (start + end) / 2, end])
            {
                yield return cut;
            }

            start = end + 1;
        }
    }
}
