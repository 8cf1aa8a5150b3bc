namespace EtcdHa.Core.Topology;

/// <summary>
/// What etcd's maintainers say against running a version. Listed is what can cost data or block the way to the next minor; defects
/// of etcd's own users and roles, which a cluster made by kubeadm does not use, are not.
/// </summary>
internal static class EtcdAdvisories
{
    private static readonly (Version From, Version Before, string Text)[] All =
    [
        (new(3, 5, 0), new(3, 5, 3),
            "can lose committed writes on a member when it is killed under load: use 3.5.6 or newer (etcd CHANGELOG/README.md, etcd-io/etcd#13766)."),
        (new(3, 5, 3), new(3, 5, 6), "is older than its maintainers recommend for production: use 3.5.6 or newer (etcd CHANGELOG/README.md)."),
        (new(3, 2, 0), new(3, 4, 22), "is older than its maintainers recommend for production: use 3.4.22 or newer (etcd CHANGELOG/README.md)."),
        (new(3, 5, 0), new(3, 5, 26),
            "cannot go straight to etcd 3.6, where members removed long ago may come back: bring every member to 3.5.26 or newer first (etcd.io/docs/latest/upgrades/upgrade_3_6, etcd-io/etcd#20995)."),
    ];

    /// <summary>The advisories for a version; sentences without their subject.</summary>
    public static IEnumerable<string> Of(Version etcd) => All.Where(a => etcd >= a.From && etcd < a.Before).Select(a => a.Text);
}
