namespace EtcdHa.Core.StaticPods;

/// <summary>The probes; K: util/staticpod.</summary>
internal sealed partial class EtcdPodWriter
{
    private static readonly TimeSpan StartupPeriod = TimeSpan.FromSeconds(10);

    private void LivenessProbe(EtcdPodSpec spec)
    {
        // Without a startup probe it has to wait for etcd itself; the period is left to the API's default.
        (int initialDelay, int? period) = spec.Shape.StartupPath is null ? (15, (int?)null) : (10, 10);
        if (spec.Shape.ListensForMetrics)
        {
            Probe(spec, "livenessProbe", failureThreshold: 8, spec.Shape.LivenessPath, initialDelay, period);
            return;
        }

        Line(4, "livenessProbe:");
        Line(6, "exec:");
        Line(8, "command:");
        Line(8, "- /bin/sh");
        Line(8, "- -ec");
        Value(8, "- ", spec.ProbeCommand, indent: 10);
        Line(6, "failureThreshold: 8");
        Number(6, "initialDelaySeconds: ", initialDelay);
        Line(6, "timeoutSeconds: 15");
    }

    private void StartupProbe(EtcdPodSpec spec)
    {
        if (spec.Shape.StartupPath is string path)
        {
            int failures = (int)Math.Ceiling(spec.HealthCheckTimeout / StartupPeriod);
            Probe(spec, "startupProbe", failures, path, initialDelay: 10, period: 10);
        }
    }

    private void Probe(EtcdPodSpec spec, string name, int failureThreshold, string path, int initialDelay, int? period)
    {
        (string host, int port, string scheme) = spec.ProbeEndpoint;
        Line(4, name + ":");

        // A timeout of 0s: the API type omits a zero.
        if (failureThreshold != 0)
        {
            Number(6, "failureThreshold: ", failureThreshold);
        }

        Line(6, "httpGet:");
        Value(8, "host: ", host, indent: 10);
        Line(8, "path: " + path);
        if (spec.Shape.NamesProbePort)
        {
            Line(8, "port: probe-port");
        }
        else
        {
            Number(8, "port: ", port);
        }

        Line(8, "scheme: " + scheme);
        if (initialDelay > 0)
        {
            Number(6, "initialDelaySeconds: ", initialDelay);
        }

        if (period is int seconds)
        {
            Number(6, "periodSeconds: ", seconds);
        }

        Number(6, "timeoutSeconds: ", 15);
    }
}
