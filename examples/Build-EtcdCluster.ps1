#requires -Version 7.4
<#
.SYNOPSIS
The documented procedure for a highly available etcd cluster, from a topology file to a healthy cluster.

.DESCRIPTION
Runs "Set up a High Availability etcd cluster with kubeadm" step by step: kubelet as service manager, kubeadm configurations,
certificate authority and certificates, copy, check, static pods, health. It can be run again: what is already right stays untouched.
Shows each step's result and returns the health of every endpoint.

.PARAMETER TopologyPath
The topology file; New-EtcdTopology | Export-EtcdTopology writes one.

.PARAMETER StagingPath
The folder on the workstation that keeps the configurations and certificates, with the CA's key.

.PARAMETER TimeoutSec
Seconds the cluster has to become healthy.

.EXAMPLE
./Build-EtcdCluster.ps1 -TopologyPath ./etcd.yaml
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

# 1. The kubelet of every host becomes the service manager of etcd.
$topology | Install-EtcdKubeletService | Out-Host

# 2. One kubeadm configuration a member; one CA; four certificates a member, each member's in its own folder.
$configs = $topology | New-EtcdKubeadmConfig -StagingPath $StagingPath
$configs | Out-Host
$configs | New-EtcdCertificateAuthority | Out-Host
$certificates = $configs | New-EtcdCertificateSet
$certificates | Out-Host

# 3. To the hosts, and checked there: the documented lists of files, file by file.
$certificates | Copy-EtcdMemberFiles | Out-Host
$wrong = $certificates | Test-EtcdMemberFiles | Where-Object { -not $_.Passed }
if ($wrong) {
    $wrong | Out-Host
    throw 'The files on the hosts are not what they should be; see the rows above.'
}

# 4. The manifests, and the cluster's health.
$pods = $certificates | Install-EtcdStaticPod
$pods | Out-Host
$pods | Test-EtcdClusterHealth -Wait -TimeoutSec $TimeoutSec
