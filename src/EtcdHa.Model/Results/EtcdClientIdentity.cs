namespace EtcdHa;

/// <summary>As whom etcd is asked.</summary>
public enum EtcdClientIdentity
{
    /// <summary><c>kube-etcd-healthcheck-client</c>, the client of the members' own probes.</summary>
    Healthcheck,

    /// <summary><c>kube-apiserver-etcd-client</c>, the API servers' client.</summary>
    ApiServer,
}
