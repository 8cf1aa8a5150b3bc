#requires -Version 7.4
<#
.SYNOPSIS
The documented procedure as its page had it for Kubernetes 1.13 to 1.22, from a topology file to "cluster is healthy".

.DESCRIPTION
The same cmdlets as in Build-EtcdCluster.ps1: what they write follows from the topology's Kubernetes version and from the kubelet
found on the hosts. For 1.13 that is a drop-in of flags, a v1beta1 configuration, certificates and a manifest as kubeadm 1.13 made
them; the health is told in the words of etcdctl's cluster-health. It can be run again: what is already right stays untouched.

Shows each step's result, returns the lines of the health report and ends with etcdctl's exit code: 0, or 5 when not all is well.

.PARAMETER TopologyPath
The topology file, with a kubernetesVersion of that time.

.PARAMETER StagingPath
The folder on the workstation that keeps the configurations and certificates, with the CA's key.

.PARAMETER TimeoutSec
Seconds the cluster has to become healthy.

.EXAMPLE
./Build-EtcdClusterOldPage.ps1 -TopologyPath ./etcd-1.13.yaml
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $TopologyPath,

    [string] $StagingPath = 'etcd-staging',

    [int] $TimeoutSec = 120
)

$ErrorActionPreference = 'Stop'
$topology = Import-EtcdTopology -Path $TopologyPath

# "Configurer la kubelet pour être un gestionnaire de service pour etcd": flags only, without a configuration file.
$topology | Install-EtcdKubeletService | Out-Host

# Configurations, CA and certificates, made on the workstation in the place of HOST0.
$configs = $topology | New-EtcdKubeadmConfig -StagingPath $StagingPath
$configs | Out-Host
$certificates = $configs | New-EtcdCertificateAuthority | New-EtcdCertificateSet
$certificates | Out-Host

# To the hosts, and the page's lists of files checked there.
$certificates | Copy-EtcdMemberFiles | Out-Host
$wrong = $certificates | Test-EtcdMemberFiles | Where-Object { -not $_.Passed }
if ($wrong) {
    $wrong | Out-Host
    throw 'The files on the hosts are not what they should be; see the rows above.'
}

# The manifests, and the cluster's health in the page's words.
$pods = $certificates | Install-EtcdStaticPod
$pods | Out-Host
$health = $pods | Test-EtcdClusterHealth -Wait -TimeoutSec $TimeoutSec | Format-EtcdHealth -Style V2
$health.Lines
exit $health.ExitCode
