namespace EtcdHa.Core.Etcd;

/// <summary>A member as the cluster knows it (<c>etcdctl member list</c>).</summary>
/// <param name="Id">Member ID, lower-case hex without padding.</param>
/// <param name="Name">Its name; empty while it was added but has not started.</param>
/// <param name="PeerUrls">Where its peers reach it.</param>
/// <param name="ClientUrls">Where clients reach it; empty while it has not started.</param>
/// <param name="IsLearner">True while it does not vote.</param>
public sealed record EtcdClusterMember(
    string Id, string Name, IReadOnlyList<string> PeerUrls, IReadOnlyList<string> ClientUrls, bool IsLearner);
