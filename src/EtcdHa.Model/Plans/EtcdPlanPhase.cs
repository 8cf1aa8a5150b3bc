namespace EtcdHa;

/// <summary>The parts of the procedure, in the order a plan takes them.</summary>
public enum EtcdPlanPhase
{
    /// <summary>The staging folder: topology, configurations, certificates.</summary>
    Workstation,

    /// <summary>The kubelet becomes the service manager of etcd: drop-in, configuration, restart.</summary>
    Kubelet,

    /// <summary>kubeadmcfg.yaml and the pki tree.</summary>
    Files,

    /// <summary>Data directory and manifest; etcd starts.</summary>
    StaticPod,
}
