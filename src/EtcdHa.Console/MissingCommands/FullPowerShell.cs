using System.Collections.Frozen;

namespace EtcdHa.Console.MissingCommands;

/// <summary>A command that comes with PowerShell 7.4 and newer, and not with the engine alone.</summary>
internal sealed record FullPowerShellCommand(string Name, string Module);

/// <summary>The commands of the modules that PowerShell 7 carries beside its engine, and their usual short names.</summary>
internal static class FullPowerShell
{
    private static readonly Dictionary<string, string> CommandsOfModule = new()
    {
        ["Microsoft.PowerShell.Management"] = """
            Add-Content Clear-Content Clear-Item Clear-ItemProperty Clear-RecycleBin Convert-Path Copy-Item Copy-ItemProperty Debug-Process
            Get-ChildItem Get-Clipboard Get-ComputerInfo Get-Content Get-HotFix Get-Item Get-ItemProperty Get-ItemPropertyValue
            Get-Location Get-Process Get-PSDrive Get-PSProvider Get-Service Get-TimeZone Invoke-Item Join-Path Move-Item
            Move-ItemProperty New-Item New-ItemProperty New-PSDrive New-Service Pop-Location Push-Location Remove-Item
            Remove-ItemProperty Remove-PSDrive Remove-Service Rename-Computer Rename-Item Rename-ItemProperty Resolve-Path
            Restart-Computer Restart-Service Resume-Service Set-Clipboard Set-Content Set-Item Set-ItemProperty Set-Location
            Set-Service Set-TimeZone Split-Path Start-Process Start-Service Stop-Computer Stop-Process Stop-Service Suspend-Service
            Test-Connection Test-Path Wait-Process
            """,
        ["Microsoft.PowerShell.Utility"] = """
            Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Csv ConvertFrom-Json
            ConvertFrom-Markdown ConvertFrom-SddlString ConvertFrom-StringData ConvertTo-CliXml ConvertTo-Csv ConvertTo-Html
            ConvertTo-Json ConvertTo-Xml Debug-Runspace Disable-PSBreakpoint Disable-RunspaceDebug Enable-PSBreakpoint
            Enable-RunspaceDebug Export-Alias Export-Clixml Export-Csv Export-FormatData Export-PSSession Format-Custom Format-Hex
            Format-List Format-Table Format-Wide Get-Alias Get-Culture Get-Date Get-Error Get-Event Get-EventSubscriber
            Get-FileHash Get-FormatData Get-Host Get-MarkdownOption Get-Member Get-PSBreakpoint Get-PSCallStack Get-Random
            Get-Runspace Get-RunspaceDebug Get-SecureRandom Get-TraceSource Get-TypeData Get-UICulture Get-Unique Get-Uptime
            Get-Variable Get-Verb Group-Object Import-Alias Import-Clixml Import-Csv Import-LocalizedData Import-PowerShellDataFile
            Import-PSSession Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-String Measure-Command Measure-Object
            New-Alias New-Event New-Guid New-Object New-TemporaryFile New-TimeSpan New-Variable Out-File Out-GridView Out-Printer
            Out-String Read-Host Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-PSBreakpoint
            Remove-TypeData Remove-Variable Select-Object Select-String Select-Xml Send-MailMessage Set-Alias Set-Date
            Set-MarkdownOption Set-PSBreakpoint Set-TraceSource Set-Variable Show-Command Show-Markdown Sort-Object Start-Sleep
            Tee-Object Test-Json Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData
            Wait-Debugger Wait-Event Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose
            Write-Warning
            """,
        ["Microsoft.PowerShell.Security"] = """
            ConvertFrom-SecureString ConvertTo-SecureString Get-Acl Get-AuthenticodeSignature Get-CmsMessage Get-Credential
            Get-ExecutionPolicy Get-PfxCertificate New-FileCatalog Protect-CmsMessage Set-Acl Set-AuthenticodeSignature
            Set-ExecutionPolicy Test-FileCatalog Unprotect-CmsMessage
            """,
        ["Microsoft.PowerShell.Host"] = "Start-Transcript Stop-Transcript",
        ["Microsoft.PowerShell.Diagnostics"] = "Get-Counter Get-WinEvent New-WinEvent",
        ["Microsoft.PowerShell.Archive"] = "Compress-Archive Expand-Archive",
        ["Microsoft.PowerShell.PSResourceGet"] = """
            Compress-PSResource Find-PSResource Get-InstalledPSResource Get-PSResourceRepository Get-PSScriptFileInfo
            Import-PSGetRepository Install-PSResource New-PSScriptFileInfo Publish-PSResource Register-PSResourceRepository
            Save-PSResource Set-PSResourceRepository Test-PSScriptFileInfo Uninstall-PSResource Unregister-PSResourceRepository
            Update-PSModuleManifest Update-PSResource Update-PSScriptFileInfo
            """,
        ["PowerShellGet"] = """
            Find-Command Find-DscResource Find-Module Find-RoleCapability Find-Script Get-InstalledModule Get-InstalledScript
            Get-PSRepository Install-Module Install-Script New-ScriptFileInfo Publish-Module Publish-Script Register-PSRepository
            Save-Module Save-Script Set-PSRepository Test-ScriptFileInfo Uninstall-Module Uninstall-Script Unregister-PSRepository
            Update-Module Update-ModuleManifest Update-Script Update-ScriptFileInfo
            """,
        ["PSReadLine"] = "Get-PSReadLineKeyHandler Get-PSReadLineOption Remove-PSReadLineKeyHandler Set-PSReadLineKeyHandler Set-PSReadLineOption",
        ["ThreadJob"] = "Start-ThreadJob",
    };

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cat"] = "Get-Content",
        ["cd"] = "Set-Location",
        ["chdir"] = "Set-Location",
        ["clc"] = "Clear-Content",
        ["compare"] = "Compare-Object",
        ["copy"] = "Copy-Item",
        ["cp"] = "Copy-Item",
        ["cpi"] = "Copy-Item",
        ["del"] = "Remove-Item",
        ["diff"] = "Compare-Object",
        ["dir"] = "Get-ChildItem",
        ["echo"] = "Write-Output",
        ["epcsv"] = "Export-Csv",
        ["erase"] = "Remove-Item",
        ["fl"] = "Format-List",
        ["ft"] = "Format-Table",
        ["fw"] = "Format-Wide",
        ["gal"] = "Get-Alias",
        ["gc"] = "Get-Content",
        ["gci"] = "Get-ChildItem",
        ["gdr"] = "Get-PSDrive",
        ["gerr"] = "Get-Error",
        ["gi"] = "Get-Item",
        ["gl"] = "Get-Location",
        ["gm"] = "Get-Member",
        ["gp"] = "Get-ItemProperty",
        ["gps"] = "Get-Process",
        ["group"] = "Group-Object",
        ["gu"] = "Get-Unique",
        ["gv"] = "Get-Variable",
        ["iex"] = "Invoke-Expression",
        ["ipcsv"] = "Import-Csv",
        ["irm"] = "Invoke-RestMethod",
        ["iwr"] = "Invoke-WebRequest",
        ["ls"] = "Get-ChildItem",
        ["md"] = "New-Item",
        ["measure"] = "Measure-Object",
        ["mi"] = "Move-Item",
        ["mkdir"] = "New-Item",
        ["move"] = "Move-Item",
        ["mv"] = "Move-Item",
        ["nal"] = "New-Alias",
        ["ni"] = "New-Item",
        ["nv"] = "New-Variable",
        ["oh"] = "Out-Host",
        ["popd"] = "Pop-Location",
        ["ps"] = "Get-Process",
        ["pushd"] = "Push-Location",
        ["pwd"] = "Get-Location",
        ["rd"] = "Remove-Item",
        ["ren"] = "Rename-Item",
        ["ri"] = "Remove-Item",
        ["rm"] = "Remove-Item",
        ["rmdir"] = "Remove-Item",
        ["rni"] = "Rename-Item",
        ["rv"] = "Remove-Variable",
        ["rvpa"] = "Resolve-Path",
        ["sal"] = "Set-Alias",
        ["saps"] = "Start-Process",
        ["select"] = "Select-Object",
        ["set"] = "Set-Variable",
        ["si"] = "Set-Item",
        ["sl"] = "Set-Location",
        ["sleep"] = "Start-Sleep",
        ["sls"] = "Select-String",
        ["sort"] = "Sort-Object",
        ["sp"] = "Set-ItemProperty",
        ["spps"] = "Stop-Process",
        ["sv"] = "Set-Variable",
        ["tee"] = "Tee-Object",
        ["type"] = "Get-Content",
        ["write"] = "Write-Output",
    };

    private static readonly Lazy<FrozenDictionary<string, FullPowerShellCommand>> Commands = new(() =>
        CommandsOfModule
            .SelectMany(module => module.Value
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select(name => new FullPowerShellCommand(name, module.Key)))
            .ToFrozenDictionary(command => command.Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>Finds the command of a name or a usual short name; null where it is none of PowerShell's own.</summary>
    internal static FullPowerShellCommand? Find(string name) =>
        Commands.Value.TryGetValue(name, out var command)
        || (Aliases.TryGetValue(name, out var target) && Commands.Value.TryGetValue(target, out command))
            ? command
            : null;
}
