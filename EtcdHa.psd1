@{
    RootModule           = 'bin/EtcdHa.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0c7a44-5f0e-4a53-9e0a-6f8e1d5f3b21'
    Author               = 'EtcdHa maintainers'
    CompanyName          = 'EtcdHa'
    Copyright            = '(c) EtcdHa maintainers'
    Description          = 'Sets up a highly available etcd cluster with kubeadm: the documented procedure as typed, pipelined cmdlets.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    RequiredAssemblies   = @()
    FormatsToProcess     = @('bin/EtcdHa.Format.ps1xml')
    TypesToProcess       = @()
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Compare-EtcdCluster'
        'Copy-EtcdClientFiles'
        'Copy-EtcdMemberFiles'
        'Export-EtcdReport'
        'Export-EtcdPlan'
        'Export-EtcdTopology'
        'Format-EtcdHealth'
        'Get-EtcdImage'
        'Get-EtcdPlan'
        'Get-EtcdRun'
        'Get-EtcdSshHostKey'
        'Get-EtcdTopology'
        'Import-EtcdCertificate'
        'Import-EtcdCertificateAuthority'
        'Import-EtcdKubeadmConfig'
        'Import-EtcdPlan'
        'Import-EtcdTopology'
        'Install-EtcdCluster'
        'Install-EtcdImage'
        'Install-EtcdKubeletService'
        'Install-EtcdStaticPod'
        'Invoke-EtcdPlan'
        'New-EtcdCertificateAuthority'
        'New-EtcdCertificateRequest'
        'New-EtcdCertificateSet'
        'New-EtcdExternalConfig'
        'New-EtcdKubeadmConfig'
        'New-EtcdMember'
        'New-EtcdSshTarget'
        'New-EtcdStaticPodManifest'
        'New-EtcdTopology'
        'Remove-EtcdStaging'
        'Test-EtcdClusterHealth'
        'Test-EtcdHost'
        'Test-EtcdMemberFiles'
        'Uninstall-EtcdCluster'
        'Uninstall-EtcdMember'
        'Unlock-EtcdHost'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{ PSData = @{ Tags = @('etcd', 'kubernetes', 'kubeadm', 'ha', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows') } }
}
