#requires -Version 7.4
<#
.SYNOPSIS
A health check for schedulers and monitors: exit code 0 when every endpoint is healthy and every certificate lasts, else 1.

.PARAMETER TopologyPath
The topology file.

.PARAMETER StagingPath
The staging folder; its healthcheck-client certificate is used to ask etcd.

.PARAMETER DaysLeft
Certificates on the hosts that end within this many days are reported.

.EXAMPLE
./Test-EtcdCluster.ps1 -TopologyPath ./etcd.yaml -DaysLeft 45
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $TopologyPath,

    [string] $StagingPath = 'etcd-staging',

    [int] $DaysLeft = 30
)

$ErrorActionPreference = 'Stop'
$topology = Import-EtcdTopology -Path $TopologyPath

$health = $topology | Test-EtcdClusterHealth -StagingPath $StagingPath -ThroughSsh
$health | Out-Host

$limit = [DateTimeOffset]::UtcNow.AddDays($DaysLeft)
$ending = $topology | Test-EtcdMemberFiles -StagingPath $StagingPath | Where-Object { $_.NotAfter -and $_.NotAfter -lt $limit }
$ending | Out-Host

if ($ending -or ($health | Where-Object { -not $_.Healthy })) { exit 1 }
exit 0
