#requires -Version 7.4
# Drift, as a team would watch for it: one assertion a cluster.

BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-TestedModule
    . $PSScriptRoot/BeEtcdConformant.ps1
    if (Test-InsideLab) {
        Invoke-Lab reset
        $staging = Join-Path ([IO.Path]::GetTempPath()) "etcdha-conformance-$PID"
        $run = New-LabTopology | Install-EtcdCluster -StagingPath $staging -Force -WarningAction SilentlyContinue
        $topology = $run.Topology
        $first = $topology.Members[0].Name
    }
}

AfterAll {
    if ($staging -and (Test-Path $staging)) { Remove-Item $staging -Recurse -Force }
}

Describe 'Should -BeEtcdConformant' {
    BeforeEach { Assert-InsideLab }

    It 'holds for a cluster that was just installed' {
        $run.Outcome | Should -Be 'Completed'
        $topology | Should -BeEtcdConformant -StagingPath $staging
    }

    It 'names every difference of one that drifted, and holds again once it was mended' {
        Invoke-Lab ssh $first 'sudo chmod 644 /etc/kubernetes/pki/etcd/server.key && sudo touch /etc/kubernetes/manifests/etcd.yaml.bak'
        try {
            $topology | Should -Not -BeEtcdConformant -StagingPath $staging
            { $topology | Should -BeEtcdConformant -StagingPath $staging } | Should -Throw '*server.key: 0644, expected 0600*'
            { $topology | Should -BeEtcdConformant -StagingPath $staging } | Should -Throw '*etcd.yaml.bak*'
        }
        finally {
            Invoke-Lab ssh $first 'sudo chmod 600 /etc/kubernetes/pki/etcd/server.key && sudo rm /etc/kubernetes/manifests/etcd.yaml.bak'
        }

        $topology | Should -BeEtcdConformant -StagingPath $staging
    }
}
