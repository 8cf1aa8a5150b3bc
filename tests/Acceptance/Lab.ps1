# What the acceptance tests have in common: dot-sourced in BeforeAll and BeforeDiscovery.

# Whether the hosts can be reached from here.
function Test-InsideLab { $env:ETCDHA_LAB -eq '1' }

# Skips the running test outside the lab, with the reason.
function Assert-InsideLab {
    if (-not (Test-InsideLab)) { Set-ItResult -Skipped -Because 'it needs the lab''s hosts: run it inside tests/Lab/lab exec' }
}

# The checkout's module, or the one that ETCDHA_MODULE names.
function Import-TestedModule {
    $manifest = if ($env:ETCDHA_MODULE) { $env:ETCDHA_MODULE } else { Join-Path $PSScriptRoot '../../EtcdHa.psd1' }
    Import-Module $manifest -Force -ErrorAction Stop
}

# The lab's hosts as a topology. Kubernetes 1.33 is the newest whose etcd, 3.5, the lab has; the tag is that of the lab's image.
function New-LabTopology {
    $tag = ($env:ETCDHA_LAB_IMAGES -split ' ' -match '/etcd:3\.5\.' | Select-Object -Last 1) -replace '.*:'
    $hosts = $env:ETCDHA_LAB_HOSTS -split ' ' | Select-Object -First 3
    $hosts | ForEach-Object { $name, $address = $_ -split '='; New-EtcdMember $name $address } |
        New-EtcdTopology -KubernetesVersion v1.33.13 -ImageTag $tag -KeyAlgorithm ECDSA-P256 -SshUser ubuntu -IdentityFile $env:ETCDHA_LAB_KEY -KnownHostsFile $env:ETCDHA_LAB_KNOWN_HOSTS
}

# Runs the lab's own command: off, on, reset, ssh.
function Invoke-Lab {
    $output = & $env:ETCDHA_LAB_COMMAND @args 2>&1
    if ($LASTEXITCODE -ne 0) { throw "lab $args ended with exit code $LASTEXITCODE`: $output" }
    $output | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }
}
