using System.Globalization;
using System.Text;
using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.StaticPods;

/// <summary>
/// The pod as YAML, as kubeadm's serializer writes it: keys in alphabetical order, list items at their parent's indentation,
/// scalars by go-yaml.
/// </summary>
internal sealed partial class EtcdPodWriter
{
    private readonly StringBuilder _text = new();

    private EtcdPodWriter()
    {
    }

    public static string Write(EtcdPodSpec spec)
    {
        var writer = new EtcdPodWriter();
        writer.Metadata(spec);
        writer.Line(0, "spec:");
        writer.Container(spec);
        writer.PodSettings(spec);
        writer.Line(0, "status: {}");
        return writer._text.ToString();
    }

    private void Metadata(EtcdPodSpec spec)
    {
        Line(0, "apiVersion: v1");
        Line(0, "kind: Pod");
        Line(0, "metadata:");
        if (spec.Shape.Annotation != EtcdManifestAnnotation.None)
        {
            Line(2, "annotations:");
        }

        if (spec.Shape.Annotation == EtcdManifestAnnotation.CriticalPod)
        {
            Line(4, "scheduler.alpha.kubernetes.io/critical-pod: \"\"");
        }
        else if (spec.Shape.Annotation == EtcdManifestAnnotation.AdvertiseClientUrls)
        {
            Value(4, "kubeadm.kubernetes.io/etcd.advertise-client-urls: ", spec.AdvertiseClientUrl, indent: 6);
        }

        if (!spec.Shape.NamesProbePort)
        {
            Line(2, "creationTimestamp: null");
        }

        Line(2, "labels:");
        Line(4, "component: etcd");
        Line(4, "tier: control-plane");
        Line(2, "name: etcd");
        Line(2, "namespace: kube-system");
    }

    private void Container(EtcdPodSpec spec)
    {
        (_, int probePort, _) = spec.ProbeEndpoint;
        Line(2, "containers:");
        Line(2, "- command:");
        foreach (string argument in spec.Command)
        {
            Value(4, "- ", argument, indent: 6);
        }

        Environment(spec);
        Value(4, "image: ", spec.Image, indent: 6);
        Line(4, "imagePullPolicy: IfNotPresent");
        LivenessProbe(spec);
        Line(4, "name: etcd");
        if (spec.Shape.NamesProbePort)
        {
            Line(4, "ports:");
            Number(4, "- containerPort: ", probePort);
            Line(6, "name: probe-port");
            Line(6, "protocol: TCP");
        }

        if (spec.Shape.ReadinessPath is string readinessPath)
        {
            Probe(spec, "readinessProbe", failureThreshold: 3, readinessPath, initialDelay: 0, period: 1);
        }

        Resources(spec.Shape);
        StartupProbe(spec);
        Line(4, "volumeMounts:");
        Value(4, "- mountPath: ", spec.DataDirectory, indent: 8);
        Line(6, "name: etcd-data");
        Value(4, "- mountPath: ", spec.CertificatesDirectory + "/etcd", indent: 8);
        Line(6, "name: etcd-certs");
    }

    private void Resources(EtcdManifestShape shape)
    {
        if (!shape.RequestsResources)
        {
            Line(4, "resources: {}");
            return;
        }

        Line(4, "resources:");
        Line(6, "requests:");
        Line(8, "cpu: 100m");
        if (shape.RequestsEphemeralStorage)
        {
            Line(8, "ephemeral-storage: 100Mi");
        }

        Line(8, "memory: 100Mi");
    }

    private void Environment(EtcdPodSpec spec)
    {
        if (spec.Environment.Count > 0)
        {
            Line(4, "env:");
        }

        foreach (EtcdEnvironmentVariable variable in spec.Environment)
        {
            Value(4, "- name: ", variable.Name, indent: 8);
            if (variable.FieldPath is string fieldPath)
            {
                Line(6, "valueFrom:");
                Line(8, "fieldRef:");
                Line(10, "apiVersion: v1");
                Value(10, "fieldPath: ", fieldPath, indent: 12);
                continue;
            }

            // The API type omits an empty value.
            if (variable.Value.Length > 0)
            {
                Value(6, "value: ", variable.Value, indent: 8);
            }
        }
    }

    private void PodSettings(EtcdPodSpec spec)
    {
        Line(2, "hostNetwork: true");
        if (spec.Shape.WritesPriority)
        {
            Line(2, "priority: 2000001000");
        }

        Line(2, "priorityClassName: " + spec.Shape.PriorityClass);
        if (spec.Shape.SetsSeccompProfile)
        {
            Line(2, "securityContext:");
            Line(4, "seccompProfile:");
            Line(6, "type: RuntimeDefault");
        }

        Line(2, "volumes:");
        HostPath(spec.CertificatesDirectory + "/etcd", "etcd-certs");
        HostPath(spec.DataDirectory, "etcd-data");
    }

    private void HostPath(string path, string name)
    {
        Line(2, "- hostPath:");
        Value(6, "path: ", path, indent: 8);
        Line(6, "type: DirectoryOrCreate");
        Line(4, "name: " + name);
    }

    private void Line(int column, string line) => _text.Append(' ', column).Append(line).Append('\n');

    private void Number(int column, string prefix, int number) =>
        Line(column, prefix + number.ToString(CultureInfo.InvariantCulture));

    private void Value(int column, string prefix, string value, int indent) =>
        Line(column, prefix + GoYamlScalar.Format(value, column + prefix.Length, indent));
}
