namespace EtcdHa;

/// <summary>Whose words a health report is written in.</summary>
public enum EtcdHealthStyle
{
    /// <summary><c>ETCDCTL_API=2 etcdctl cluster-health</c>, of the page up to Kubernetes 1.13: a line a member, then the cluster's.</summary>
    V2,

    /// <summary><c>ETCDCTL_API=3 etcdctl endpoint health</c>: a line an endpoint.</summary>
    V3,
}
