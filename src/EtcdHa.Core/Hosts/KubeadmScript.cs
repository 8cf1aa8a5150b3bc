namespace EtcdHa.Core.Hosts;

/// <summary>The script that has kubeadm write the manifest from the copied configuration.</summary>
internal static class KubeadmScript
{
    /// <summary>Exit status: the host has no kubeadm.</summary>
    public const int NotFound = 71;

    /// <summary>Exit status: the member's configuration was not copied yet.</summary>
    public const int ConfigNotFound = 72;

    /// <summary>Prints kubeadm's version and the manifest's hash before and after; syncs what kubeadm wrote, as it does not itself.</summary>
    public const string Text = HostLook.Identity + """
        command -v kubeadm >/dev/null || exit 71
        printf 'version|%s\n' "$(kubeadm version -o short)"
        [ -f "$home/kubeadmcfg.yaml" ] || exit 72
        manifest=/etc/kubernetes/manifests/etcd.yaml
        hash() { if [ -f "$manifest" ]; then sha256sum < "$manifest" | cut -c1-64; fi; }
        printf 'manifest|%s\n' "$(hash)"
        kubeadm init phase etcd local --config="$home/kubeadmcfg.yaml" >&2
        sync -- "$manifest" /etc/kubernetes/manifests
        printf 'manifest|%s\n' "$(hash)"

        """;
}
