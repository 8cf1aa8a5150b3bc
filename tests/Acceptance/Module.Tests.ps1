#requires -Version 7.4
# What needs no hosts: the module itself, its help, and errors before anything is touched.

BeforeDiscovery {
    . $PSScriptRoot/Lab.ps1
    Import-TestedModule
    $cmdlets = (Get-Module EtcdHa).ExportedCmdlets.Keys | Sort-Object
}

BeforeAll {
    . $PSScriptRoot/Lab.ps1
    Import-TestedModule
}

Describe 'The module' {
    It 'has a valid manifest whose cmdlets use approved verbs' {
        $module = Get-Module EtcdHa
        Test-ModuleManifest (Join-Path $module.ModuleBase 'EtcdHa.psd1') | Should -Not -BeNullOrEmpty
        (Get-Command -Module EtcdHa).Verb | Where-Object { $_ -notin (Get-Verb).Verb } | Should -BeNullOrEmpty
    }

    It 'can be removed and imported again' {
        Remove-Module EtcdHa
        Import-TestedModule
        (New-EtcdMember infra0 10.0.0.6).Name | Should -Be 'infra0'
    }

    It 'works in parallel runspaces' {
        $manifest = Join-Path (Get-Module EtcdHa).ModuleBase 'EtcdHa.psd1'
        $names = 1..6 | ForEach-Object -Parallel { Import-Module $using:manifest; (New-EtcdMember "infra$_" "10.0.0.$_").Name } -ThrottleLimit 3
        $names | Sort-Object | Should -Be (1..6 | ForEach-Object { "infra$_" })
    }

    It 'completes the Kubernetes versions and key algorithms' {
        (TabExpansion2 'New-EtcdTopology -KubernetesVersion v1.36').CompletionMatches.CompletionText | Should -Contain 'v1.36.3'
        (TabExpansion2 'New-EtcdTopology -KeyAlgorithm E').CompletionMatches | Should -Not -BeNullOrEmpty
    }
}

Describe 'Help of <_>' -ForEach $cmdlets {
    BeforeAll { $help = Get-Help $_ -Full }

    It 'has a synopsis, a description and an explained example' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match $_
        $help.Description.Text | Should -Not -BeNullOrEmpty
        $help.Examples.Example.Code | Should -Not -BeNullOrEmpty
        $help.Examples.Example | ForEach-Object { $_.Remarks.Text -join '' | Should -Not -BeNullOrEmpty }
    }

    It 'describes every parameter' {
        $help.Parameters.Parameter | ForEach-Object { $_.Description.Text | Should -Not -BeNullOrEmpty -Because "-$($_.Name) needs one" }
    }
}

Describe 'Help topics' {
    It 'has <_>' -ForEach 'about_EtcdHa', 'about_EtcdHa_Errors' {
        Get-Help $_ | Should -Match 'SHORT DESCRIPTION'
    }
}

Describe 'Bad input' {
    It 'is <Id>, before anything is touched' -ForEach @(
        @{ Id = 'MemberNameInvalid'; Call = { New-EtcdMember infra_0 10.0.0.6 } }
        @{ Id = 'MemberAddressLoopback'; Call = { New-EtcdMember infra0 127.0.0.1 } }
        @{ Id = 'MemberAddressUnspecified'; Call = { New-EtcdMember infra0 0.0.0.0 } }
        @{ Id = 'MemberNameDuplicate'; Call = { (New-EtcdMember a 10.0.0.6), (New-EtcdMember a 10.0.0.7), (New-EtcdMember b 10.0.0.8) | New-EtcdTopology } }
        @{ Id = 'MemberAddressDuplicate'; Call = { (New-EtcdMember a 10.0.0.6), (New-EtcdMember b 10.0.0.6), (New-EtcdMember c 10.0.0.8) | New-EtcdTopology } }
        @{ Id = 'MemberAddressFamilyMixed'; Call = { (New-EtcdMember a 10.0.0.6), (New-EtcdMember b fd00::7), (New-EtcdMember c 10.0.0.8) | New-EtcdTopology } }
        @{ Id = 'KubernetesVersionUnknown'; Call = { New-EtcdMember a 10.0.0.6 | New-EtcdTopology -KubernetesVersion v9.9.9 } }
    ) {
        $failure = $Call | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception | Should -BeOfType EtcdHa.EtcdTopologyException
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'can be caught by type' {
        $caught = try { New-EtcdMember infra_0 10.0.0.6 } catch [EtcdHa.EtcdTopologyException] { $_ }
        $caught.FullyQualifiedErrorId | Should -BeLike 'MemberNameInvalid,*'
    }

    It 'of a topology file has line and column' {
        $file = Join-Path $TestDrive 'bad.yaml'
        "apiVersion: etcdha/v1`nkind: EtcdTopology`nkubernetesVersoin: v1.36.3`nmembers:`n- name: infra0`n  address: 10.0.0.6" | Set-Content $file
        $failure = { Import-EtcdTopology $file -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'TopologyFileFieldUnknown,*'
        "$failure" | Should -Match "\(3,1\).*Did you mean 'kubernetesVersion'"
    }

    It 'warns of an even number of members' {
        (New-EtcdMember a 10.0.0.6), (New-EtcdMember b 10.0.0.7) | New-EtcdTopology -WarningVariable warnings -WarningAction SilentlyContinue | Out-Null
        $warnings | Should -HaveCount 1
    }

    It 'refuses a CA file that is none, and a key of another certificate' {
        $set = New-EtcdMember a 10.0.0.6 | New-EtcdTopology -KeyAlgorithm ECDSA-P256 -WarningAction SilentlyContinue | New-EtcdCertificateSet -StagingPath (Join-Path $TestDrive 'staging')
        $server = $set.Certificates | Where-Object Name -EQ 'etcd/server'
        $ca = Join-Path $set.StagingPath 'pki/etcd/ca.crt'
        $other = Join-Path $TestDrive 'other'
        ({ Import-EtcdCertificateAuthority $server.Path $server.KeyPath -StagingPath $other } | Should -Throw -PassThru).Exception | Should -BeOfType EtcdHa.EtcdCertificateException
        ({ Import-EtcdCertificateAuthority $ca $server.KeyPath -StagingPath $other } | Should -Throw -PassThru).FullyQualifiedErrorId | Should -BeLike 'CertificateKeyMismatch,*'
        $other | Should -Not -Exist
    }

    It 'is an error where keys were to be removed from a folder that is not there' {
        $failure = { Remove-EtcdStaging (Join-Path $TestDrive 'typo') -Confirm:$false -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*'
    }
}

Describe 'What needs no hosts' {
    BeforeAll {
        $topology = '10.0.0.6', '10.0.0.7', '10.0.0.8' |
            ForEach-Object { $i = 0 } { New-EtcdMember "infra$i" $_; $i++ } |
            New-EtcdTopology -KubernetesVersion v1.36.3
        $staging = Join-Path $TestDrive 'staging'
    }

    It 'makes a topology again of the configurations it has written' {
        $configs = $topology | New-EtcdKubeadmConfig -StagingPath $staging
        $again = Import-EtcdKubeadmConfig (Join-Path $staging '*' 'kubeadmcfg.yaml')
        ($again | New-EtcdKubeadmConfig -StagingPath (Join-Path $TestDrive 'again')).Content | Should -Be $configs.Content
    }

    It 'writes the manifests, and the second time leaves them alone' {
        ($topology | New-EtcdStaticPodManifest -StagingPath $staging).Status | Should -Be 'Created', 'Created', 'Created'
        ($topology | New-EtcdStaticPodManifest -StagingPath $staging).Status | Should -Be 'Unchanged', 'Unchanged', 'Unchanged'
    }

    It 'names the images kubeadm would' {
        (Get-EtcdImage v1.13.12, v1.36.3).Image | Should -Be 'k8s.gcr.io/etcd:3.2.24', 'registry.k8s.io/etcd:3.6.8-0'
    }

    It 'refuses a pair that does not start, and names the nearest that does' {
        $refusal = { New-EtcdMember infra0 10.0.0.6 | New-EtcdTopology -KubernetesVersion v1.36.3 -ImageTag 3.5.16-0 } |
            Should -Throw -ErrorId 'ImageTagIncompatible,*' -PassThru
        $refusal.ErrorDetails.RecommendedAction | Should -Match '3\.6\.8-0'
    }

    It 'tells health in the words of either etcdctl, with its exit code' {
        $rows = $topology.Members | ForEach-Object {
            [EtcdHa.EtcdEndpointHealth] @{ Topology = $topology; Member = $_; Endpoint = "https://$($_.Address):2379"; Healthy = $true; Took = '0:0:0.0121' }
        }
        ($rows | Format-EtcdHealth).Lines[0] | Should -Be 'https://10.0.0.6:2379 is healthy: successfully committed proposal: took = 12.1ms'
        ($rows | Format-EtcdHealth -Style V2).Lines[-1] | Should -Be 'cluster is healthy'
        ($rows | Format-EtcdHealth -Style V2).ExitCode | Should -Be 0
    }

    It 'keeps a password out of everything that shows a target' {
        $credential = [pscredential]::new('operator', (ConvertTo-SecureString 'Tr0ub4dor' -AsPlainText -Force))
        $target = New-EtcdSshTarget 10.0.0.6 -Credential $credential -SudoPassword $credential.Password
        $target.UserName | Should -Be 'operator'
        $shown = "$target", ($target | Out-String), ($target | Format-List * | Out-String), ($target | ConvertTo-Json -Depth 4 -WarningAction SilentlyContinue)
        $shown -join "`n" | Should -Not -Match 'Tr0ub4dor'
        $shown[0] | Should -Match '10\.0\.0\.6'
    }

    It 'writes a topology with a password without it, and says so' {
        $credential = [pscredential]::new('operator', (ConvertTo-SecureString 'Tr0ub4dor' -AsPlainText -Force))
        $file = Join-Path $TestDrive 'secret.yaml'
        $warnings = $null
        New-EtcdMember infra0 10.0.0.6 -SshTarget (New-EtcdSshTarget 10.0.0.6 -Credential $credential) | New-EtcdTopology -WarningAction SilentlyContinue |
            Export-EtcdTopology $file -WarningVariable warnings -WarningAction SilentlyContinue
        Get-Content $file -Raw | Should -Not -Match 'Tr0ub4dor'
        $warnings | Should -HaveCount 1
    }

    It 'is a row and no error that a host cannot be reached, and -Quiet is false' {
        $unreachable = New-EtcdMember infra0 10.0.0.6 -SshTarget (New-EtcdSshTarget 127.0.0.1 -Port 1 -UserName ubuntu) |
            New-EtcdTopology -WarningAction SilentlyContinue
        $rows = $unreachable | Test-EtcdHost -ErrorAction Stop
        $rows | Should -HaveCount 1
        $rows.Severity | Should -Be 'Error'
        $rows.Remedy | Should -Not -BeNullOrEmpty
        $rows | Out-String -Width 80 | Should -Match 'ERROR'
        $unreachable | Test-EtcdHost -Quiet | Should -BeFalse
    }

    It 'is an error of each host, and no plan, where hosts cannot be looked at' {
        $unreachable = New-EtcdMember infra0 10.0.0.6 -SshTarget (New-EtcdSshTarget 127.0.0.1 -Port 1 -UserName ubuntu) |
            New-EtcdTopology -WarningAction SilentlyContinue
        $plan = $unreachable | Get-EtcdPlan -StagingPath $staging -ErrorVariable failed -ErrorAction SilentlyContinue
        $plan | Should -BeNullOrEmpty
        $failed | Should -HaveCount 1
        $failed[0].Exception | Should -BeOfType EtcdHa.EtcdSshException
    }
}
