namespace EtcdHa.Lab.Tests.Lab;

/// <summary>Keeps what every process of a host shows of itself, arguments and environment, again and again until it is disposed.</summary>
internal sealed class ProcessWatch(LabHost host) : IDisposable
{
    private readonly IDisposable _watch = host.Plant("""
        : > /run/lab-processes
        systemd-run --quiet --collect --unit lab-watch sh -c '
            i=0
            while [ $i -lt 5000 ]; do
                grep -a -H -s . /proc/[0-9]*/cmdline /proc/[0-9]*/environ
                i=$((i + 1)); sleep 0.05
            done | tr "\000" " " | awk "!seen[\$0]++ { print; fflush() }" > /run/lab-processes'
        """, "systemctl stop lab-watch || :; rm -f /run/lab-processes");

    /// <summary>What was seen until now.</summary>
    public string Seen() => host.Root("cat /run/lab-processes");

    public void Dispose() => _watch.Dispose();
}
