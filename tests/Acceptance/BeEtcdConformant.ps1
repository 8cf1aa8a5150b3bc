# Should -BeEtcdConformant: the hosts of a topology, and the cluster that runs on them, are as the topology says. For Pester 5: dot-source
# it in BeforeAll, then:  $topology | Should -BeEtcdConformant -StagingPath ./etcd-staging

# What Pester calls: what is tested, and -Not; the other parameters are Should's own and Compare-EtcdCluster's.
function Assert-EtcdConformance {
    param($ActualValue, [switch] $Negate, [string] $StagingPath, [switch] $SkipMembership, [switch] $ThroughSsh, [string] $Because, $CallerSessionState)
    $compare = @{}
    'StagingPath', 'SkipMembership', 'ThroughSsh' | ForEach-Object { if ($PSBoundParameters.ContainsKey($_)) { $compare[$_] = $PSBoundParameters[$_] } }
    $failed = $null
    $found = @($ActualValue | Compare-EtcdCluster @compare -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object { "$_" }) + @($failed | ForEach-Object { "$_" })
    $why = if ($Because) { " because $Because" } else { '' }
    $text = if ($Negate) { "Expected $ActualValue to differ from its hosts$why, but nothing differs." }
        else { "Expected the hosts of $ActualValue to be as it says$why, but:`n  " + ($found -join "`n  ") }
    $succeeded = ($found.Count -eq 0) -ne [bool] $Negate
    [pscustomobject] @{ Succeeded = $succeeded; FailureMessage = if ($succeeded) { '' } else { $text } }
}

# Pester refuses a name that is taken, and a run has several test files.
if (-not (Get-ShouldOperator | Where-Object Name -eq BeEtcdConformant)) {
    Add-ShouldOperator -Name BeEtcdConformant -InternalName Assert-EtcdConformance -Test ${function:Assert-EtcdConformance}
}
