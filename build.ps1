#requires -Version 7.4
<#
.SYNOPSIS
Builds, tests and packages EtcdHa, and runs the documented procedure on the local lab.

.DESCRIPTION
Runs in PowerShell 7.4 or newer, and, where no pwsh is installed, in the repository's own console:

    dotnet run --project src/EtcdHa.Console -- build.ps1 -Task Test

Only the .NET SDK is needed. The lab needs Linux and root; it installs what else it needs from the machine's own Debian mirror.

.PARAMETER Task
Build    builds the solution; EtcdHa.psd1 at the top can then be imported.
Test     builds, then runs every test; on Linux as root also those that need the lab. Ends with "N passed, N failed, N skipped".
Package  builds Release into output/EtcdHa/<version>, the folder that goes onto a module path.
Format   checks the code's style and changes nothing.
Lab      builds, starts three hosts on this machine, runs the documented procedure on them and shows the cluster's health.
LabDown  ends the lab; nothing of it stays mounted or running.

.PARAMETER Configuration
Debug (default) or Release; Package always takes Release.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Format', 'Lab', 'LabDown')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$lab = "$root/tests/Lab/lab"

# Runs a program, shows its output, and ends the build when it fails.
function Invoke-Program {
    param([string] $FilePath, [string[]] $Argument)
    & $FilePath @Argument
    if ($LASTEXITCODE -ne 0) { throw "$FilePath $($Argument -join ' ') ended with exit code $LASTEXITCODE." }
}

# Builds quietly: the compiler's output is shown only when it fails.
function Invoke-Build {
    param([string] $Project = "$root/EtcdHa.sln", [string[]] $Argument = @('-c', $Configuration))
    "Building $([IO.Path]::GetFileName($Project))"
    $log = & dotnet build $Project -v quiet -nologo @Argument 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | ForEach-Object { "$_" }
        throw "dotnet build ended with exit code $LASTEXITCODE."
    }
}

function Test-LabPossible {
    $IsLinux -and [Environment]::UserName -eq 'root'
}

# Runs one test program and adds its numbers to $Total. xUnit v3 test projects are programs of their own.
function Invoke-TestProgram {
    param([string] $Project, [string[]] $Prefix, [hashtable] $Total)
    $name = [IO.Path]::GetFileName($Project)
    $dll = "$root/$Project/bin/$Configuration/net10.0/$name.dll"
    [string[]] $command = @($Prefix) + @('dotnet', 'exec', $dll, '-noColor', '-noLogo') | Where-Object { $_ }
    $summary = ''
    & $command[0] $command[1..($command.Count - 1)] 2>&1 | ForEach-Object {
        "$_"
        if ("$_" -match 'Total: (\d+), Errors: (\d+), Failed: (\d+), Skipped: (\d+)') { $summary = $Matches }
    }
    if (-not $summary) {
        # It ended before its summary: that is a failure, whatever it counted.
        $Total.Failed++
        "$name ended with exit code $LASTEXITCODE and no summary."
        return
    }
    $failed = [int] $summary[2] + [int] $summary[3]
    $Total.Failed += $failed
    $Total.Skipped += [int] $summary[4]
    $Total.Passed += [int] $summary[1] - [int] $summary[3] - [int] $summary[4]
}

function Invoke-Test {
    Invoke-Build
    $total = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $programs = 'tests/EtcdHa.Core.Tests', 'tests/EtcdHa.Tests', 'tests/Lab/EtcdHa.Lab.Tests'
    if (Test-LabPossible) {
        # Inside the network of a lab of their own, where real hosts, a real sshd and a real etcd are; a lab that is up stays as it is.
        $env:ETCDHA_LAB_NETNS = 'etcdha-test'
        $env:ETCDHA_LAB_STATE = '/run/etcdha-lab-test'
        try {
            Invoke-Program $lab @('tools')
            Invoke-Program $lab @('up', '--hosts', '5')
            $programs | ForEach-Object { Invoke-TestProgram $_ @($lab, 'exec') $total }
        }
        finally {
            Invoke-Program $lab @('down')
        }
    }
    else {
        # Every test that needs the lab then says why it is skipped.
        $programs | ForEach-Object { Invoke-TestProgram $_ @() $total }
    }
    # The comparison with real kubeadm, version by artefact, as the tests found it.
    $parity = "$root/tests/EtcdHa.Core.Tests/bin/$Configuration/net10.0/parity.txt"
    if ([IO.File]::Exists($parity)) { ''; [IO.File]::ReadAllText($parity) }
    ''
    "$($total.Passed) passed, $($total.Failed) failed, $($total.Skipped) skipped"
    if ($total.Failed -gt 0) { exit 1 }
}

function Invoke-Package {
    $manifest = [IO.File]::ReadAllText("$root/EtcdHa.psd1")
    $version = [regex]::Match($manifest, "ModuleVersion\s*=\s*'([0-9.]+)'").Groups[1].Value
    $target = "$root/output/EtcdHa/$version"
    if ([IO.Directory]::Exists($target)) { [IO.Directory]::Delete($target, $true) }
    # The build lays out bin/ in the target as it does in the checkout; the rest of the module lies beside it.
    Invoke-Build "$root/src/EtcdHa" @('-c', 'Release', "-p:ModuleFolder=$target/bin/")
    [IO.File]::Copy("$root/EtcdHa.psd1", "$target/EtcdHa.psd1")
    [IO.Directory]::CreateDirectory("$target/en-US") | Out-Null
    foreach ($file in [IO.Directory]::GetFiles("$root/en-US")) { [IO.File]::Copy($file, "$target/en-US/$([IO.Path]::GetFileName($file))") }
    "Packaged $target"
}

function Invoke-Lab {
    if (-not (Test-LabPossible)) { throw 'The lab makes hosts of its own: it needs Linux and root. For your own hosts see README.md, "Your own three hosts".' }
    Invoke-Build
    Invoke-Program $lab @('up')
    $console = "$root/src/EtcdHa.Console/bin/$Configuration/net10.0/EtcdHa.Console.dll"
    $state = if ($env:ETCDHA_LAB_STATE) { $env:ETCDHA_LAB_STATE } else { '/run/etcdha-lab' }
    Invoke-Program $lab @('exec', 'dotnet', 'exec', $console, "$root/examples/Build-EtcdCluster.ps1", '-TopologyPath', "$state/topology.yaml", '-StagingPath', "$root/output/lab-staging")
    ''
    "Look around:  tests/Lab/lab console -Command `"Import-EtcdTopology $state/topology.yaml | Test-EtcdClusterHealth -StagingPath output/lab-staging`""
    '              tests/Lab/lab ssh infra0'
    'Take it down: tests/Lab/lab down'
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Test' { Invoke-Test }
    'Package' { Invoke-Package }
    'Format' { Invoke-Program dotnet @('format', "$root/EtcdHa.sln", '--verify-no-changes') }
    'Lab' { Invoke-Lab }
    'LabDown' { Invoke-Program $lab @('down') }
}
