#requires -Version 7.4
# The documented procedure, typed step by step. The tests build on one another, as the steps do.

BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-TestedModule
    if (Test-InsideLab) {
        Invoke-Lab reset
        $topology = New-LabTopology
        $first, $second, $third = $topology.Members.Name
        $staging = Join-Path ([IO.Path]::GetTempPath()) "etcdha-acceptance-$PID"
    }
}

AfterAll {
    if ($staging -and (Test-Path $staging)) { Remove-Item $staging -Recurse -Force }
}

Describe 'The documented procedure' {
    BeforeEach { Assert-InsideLab }

    Context 'with -WhatIf' {
        It 'changes neither the hosts nor the workstation' {
            $look = 'sudo find /etc /home -printf "%p %m %s %T@ "'
            $before = Invoke-Lab ssh $first $look
            $before | Should -Match '/etc/hostname'
            $topology | Install-EtcdKubeletService -WhatIf | Should -BeNullOrEmpty
            $topology | New-EtcdKubeadmConfig -StagingPath $staging -WhatIf | Should -BeNullOrEmpty
            $topology | New-EtcdCertificateAuthority -StagingPath $staging -WhatIf | Should -BeNullOrEmpty
            $topology | New-EtcdCertificateSet -StagingPath $staging -WhatIf | Should -BeNullOrEmpty
            $topology | Copy-EtcdMemberFiles -StagingPath $staging -WhatIf | Should -BeNullOrEmpty
            $topology | Install-EtcdStaticPod -WhatIf | Should -BeNullOrEmpty
            $staging | Should -Not -Exist
            Invoke-Lab ssh $first $look | Should -Be $before
        }
    }

    Context 'before anything is touched' {
        It 'looks at every host, a row a check' {
            $rows = $topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency
            $rows | Should -BeOfType EtcdHa.EtcdHostCheck
            $rows.Member.Name | Sort-Object -Unique | Should -Be $first, $second, $third
            $rows | Where-Object Severity -EQ Error | Should -BeNullOrEmpty
            $rows | Where-Object Check -EQ Reachability | Should -Not -BeNullOrEmpty
            $topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency -Quiet | Should -BeTrue
        }

        It 'shows as a plan what will change, and writes it to a file without a secret' {
            $plan = $topology | Get-EtcdPlan -StagingPath $staging -WarningAction SilentlyContinue
            $plan.IsEmpty | Should -BeFalse
            $plan.Step.Number | Should -Be (1..$plan.Step.Count)
            $shown = $plan | Out-String -Width 120
            $shown | Should -Match "(?m)^$first .*kubelet"
            $shown | Should -Match '(?m)^  \+ /etc/kubernetes/manifests/etcd\.yaml'
            $shown.Trim() | Should -Match 'Plan: .*no member runs yet\.$'
            $staging | Should -Not -Exist
            $file = Join-Path $TestDrive 'plan.json'
            $plan | Export-EtcdPlan $file
            Get-Content $file -Raw | Should -Not -MatchExactly 'PRIVATE KEY'
            (Import-EtcdPlan $file).Summary | Should -Be $plan.Summary
        }
    }

    Context 'step by step' {
        It 'makes the kubelet a service manager on every host' {
            $services = $topology | Install-EtcdKubeletService
            $services.Member.Name | Sort-Object | Should -Be $first, $second, $third
            $services.ActiveState | Sort-Object -Unique | Should -Be 'active'
            $services | Should -BeOfType EtcdHa.EtcdKubeletService
        }

        It 'writes a kubeadm configuration, a CA and four certificates a member' {
            $configs = $topology | New-EtcdKubeadmConfig -StagingPath $staging
            $configs.Path | Should -Exist
            $configs[0].Content | Should -Match 'apiVersion: "?kubeadm.k8s.io/v1beta4'
            ($configs | New-EtcdCertificateAuthority).HasKey | Should -BeTrue
            $script:certificates = $configs | New-EtcdCertificateSet
            $certificates | Should -HaveCount 3
            $certificates.Certificates | Should -HaveCount 12
            $certificates.Certificates.Path | Should -Exist
        }

        It 'copies the files, and the CA''s key to the first host only' {
            $copies = $certificates | Copy-EtcdMemberFiles
            ($copies | Where-Object IncludesCaKey).Member.Name | Should -Be $first
            Invoke-Lab ssh $first 'sudo stat -c %a:%U:%G /etc/kubernetes/pki/etcd/ca.key' | Should -Be '600:root:root'
            { Invoke-Lab ssh $second 'sudo test -e /etc/kubernetes/pki/etcd/ca.key' } | Should -Throw
        }

        It 'finds every file of the documented lists right, one row a file' {
            $rows = $certificates | Test-EtcdMemberFiles
            $rows | Where-Object { -not $_.Passed } | Should -BeNullOrEmpty
            $rows | Group-Object { $_.Member.Name } | Should -HaveCount 3
            ($rows | Where-Object Path -like '*/ca.key').Member.Name | Should -Be $first
            $certificates | Test-EtcdMemberFiles -Quiet | Should -BeTrue
        }

        It 'starts a healthy cluster' {
            $rows = $certificates | Install-EtcdStaticPod | Test-EtcdClusterHealth -Wait
            $rows.Member.Name | Should -Be $first, $second, $third
            $rows.Healthy | Should -Not -Contain $false
            $rows.ClusterId | Sort-Object -Unique | Should -HaveCount 1
            $rows | Where-Object IsLeader | Should -HaveCount 1
        }

        It 'gives the same answer through SSH, and as one Boolean' {
            ($topology | Test-EtcdClusterHealth -StagingPath $staging -ThroughSsh).Healthy | Should -Be $true, $true, $true
            $topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet | Should -BeTrue
        }
    }

    Context 'a second time, in one pipeline' {
        It 'changes nothing' {
            $pods = $topology | Install-EtcdKubeletService | New-EtcdKubeadmConfig -StagingPath $staging | New-EtcdCertificateSet |
                Copy-EtcdMemberFiles | Install-EtcdStaticPod -OutVariable placed
            $pods.Status | Should -Be 'Unchanged', 'Unchanged', 'Unchanged'
            $placed.Steps.Change | Sort-Object -Unique | Should -Be 'Unchanged'
            ($topology | Install-EtcdKubeletService).Steps.Change | Sort-Object -Unique | Should -Be 'Unchanged'
            ($topology | New-EtcdKubeadmConfig -StagingPath $staging).Status | Sort-Object -Unique | Should -Be 'Unchanged'
            ($topology | Copy-EtcdMemberFiles -StagingPath $staging).Steps.Change | Sort-Object -Unique | Should -Be 'Unchanged'
        }

        It 'has nothing left to plan or to install' {
            $plan = $topology | Get-EtcdPlan -StagingPath $staging
            $plan.IsEmpty | Should -BeTrue
            ($plan | Out-String).Trim() | Should -BeLike 'No changes*'
            $run = $topology | Install-EtcdCluster -StagingPath $staging -Force
            $run.Outcome | Should -Be 'Unchanged'
        }

        It 'writes the evidence into one page, without a key' {
            $page = Join-Path $TestDrive 'report.html'
            $topology | Export-EtcdReport $page -StagingPath $staging
            $html = Get-Content $page -Raw
            $html | Should -Match '(?s)^<!doctype html>.*</html>\s*$'
            $html | Should -Match $third
            $html | Should -Not -MatchExactly 'PRIVATE KEY'
            $html | Should -Not -Match '<(script|link)[^>]*(src|href)='
        }

        It 'works the same from a topology file' {
            $file = Join-Path $staging 'etcd.yaml'
            $topology | Export-EtcdTopology $file
            $health = Import-EtcdTopology $file | Test-EtcdClusterHealth -StagingPath $staging
            $health.Healthy | Should -Be $true, $true, $true
        }
    }

    Context 'with a wrong file on a host' {
        It 'says which and why, and mends it' {
            Invoke-Lab ssh $second 'sudo chmod 0644 /etc/kubernetes/pki/etcd/peer.key'
            $wrong = $topology | Test-EtcdMemberFiles -StagingPath $staging | Where-Object { -not $_.Passed }
            $wrong.Path | Should -Be '/etc/kubernetes/pki/etcd/peer.key'
            $wrong.Member.Name | Should -Be $second
            $wrong.Finding | Should -Match '0600'
            ($topology | Copy-EtcdMemberFiles -StagingPath $staging -Member $second).Steps |
                Where-Object Change -NE Unchanged | Should -HaveCount 1
            $topology | Test-EtcdMemberFiles -StagingPath $staging -Quiet | Should -BeTrue
        }

        It 'plans just that, and Install-EtcdCluster mends just that' {
            Invoke-Lab ssh $third 'sudo chmod 0644 /etc/kubernetes/pki/etcd/peer.key'
            $plan = $topology | Get-EtcdPlan -StagingPath $staging
            $plan.Step | Should -HaveCount 1
            $plan.Step[0].Target | Should -Be '/etc/kubernetes/pki/etcd/peer.key'
            $plan.Step[0].Member.Name | Should -Be $third
            $run = $topology | Install-EtcdCluster -StagingPath $staging -Force -WarningAction SilentlyContinue
            $run.Outcome | Should -Be 'Completed'
            ($topology | Get-EtcdPlan -StagingPath $staging).IsEmpty | Should -BeTrue
            ($topology | Get-EtcdRun -Newest 1).Member.Name | Should -Contain $third
        }
    }

    Context 'with one host off, then on' {
        It 'shows two of three healthy, and why the third is not' {
            Invoke-Lab off $third
            $rows = $topology | Test-EtcdClusterHealth -StagingPath $staging
            ($rows | Where-Object Healthy).Member.Name | Should -Be $first, $second
            $down = $rows | Where-Object { -not $_.Healthy }
            $down.Member.Name | Should -Be $third
            $down.Error | Should -Not -BeNullOrEmpty
            $rows | Out-String -Width 120 | Should -Match ([regex]::Escape($down.Error))
        }

        It 'goes on with the other hosts, and names the one that cannot be reached' {
            $services = $topology | Install-EtcdKubeletService -ErrorVariable failed -ErrorAction SilentlyContinue
            $services.Member.Name | Sort-Object | Should -Be $first, $second
            $failed | Should -HaveCount 1
            $failed[0].Exception | Should -BeOfType EtcdHa.EtcdSshException
            "$($failed[0])" | Should -Match $third
        }

        It 'is whole again when the host is back' {
            Invoke-Lab on $third
            ($topology | Test-EtcdClusterHealth -StagingPath $staging -Wait -TimeoutSec 90).Healthy | Should -Be $true, $true, $true
        }
    }

    Context 'and the keys left on the workstation' {
        It 'removes them, but for the CA''s when asked' {
            Remove-EtcdStaging $staging -KeepCaKey -Confirm:$false
            (Get-ChildItem $staging -Recurse -File -Filter *.key).Name | Should -Be 'ca.key'
            Remove-EtcdStaging $staging -Confirm:$false
            Get-ChildItem $staging -Recurse -File -Filter *.key | Should -BeNullOrEmpty
        }
    }
}

Describe 'Errors of hosts' {
    BeforeEach { Assert-InsideLab }

    It 'tells <Id> apart by type' -ForEach @(
        @{ Id = 'SshHostUnreachable'; Type = 'EtcdHa.EtcdSshException'; Target = { New-EtcdSshTarget $address -Port 2 -UserName ubuntu @keys } }
        @{ Id = 'SshHostKeyUnknown'; Type = 'EtcdHa.EtcdSshHostKeyException'; Target = { New-EtcdSshTarget $address -UserName ubuntu -IdentityFile $env:ETCDHA_LAB_KEY -KnownHostsFile (Join-Path $TestDrive 'none') } }
        @{ Id = 'SshLoginRefused'; Type = 'EtcdHa.EtcdSshAuthenticationException'; Target = { New-EtcdSshTarget $address -UserName nobody @keys } }
        @{ Id = 'SudoPasswordRequired'; Type = 'EtcdHa.EtcdSudoException'; Target = { New-EtcdSshTarget $address -UserName operator @keys } }
    ) {
        $address = $topology.Members[0].Address
        $keys = @{ IdentityFile = $env:ETCDHA_LAB_KEY; KnownHostsFile = $env:ETCDHA_LAB_KNOWN_HOSTS }
        $one = New-EtcdMember $first $address -SshTarget (& $Target) | New-EtcdTopology -KubernetesVersion v1.33.13 -WarningAction SilentlyContinue
        $failure = { $one | Install-EtcdKubeletService -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception | Should -BeOfType $Type
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}
