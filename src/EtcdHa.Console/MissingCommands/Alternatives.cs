namespace EtcdHa.Console.MissingCommands;

/// <summary>What the language and .NET offer in place of the commands most scripts use.</summary>
internal static class Alternatives
{
    private static readonly Dictionary<string, string> ByCommand = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Add-Content"] = "[IO.File]::AppendAllText($path, $text)",
        ["Add-Type"] = "an assembly that is already loaded, or the .NET type itself: [Namespace.Type]",
        ["ConvertFrom-Json"] = "[System.Text.Json.Nodes.JsonNode]::Parse($text)",
        ["ConvertTo-Json"] = "[System.Text.Json.JsonSerializer]::Serialize($object)",
        ["ConvertTo-SecureString"] = "$Host.UI.ReadLineAsSecureString() to ask for the secret",
        ["Copy-Item"] = "[IO.File]::Copy($from, $to)",
        ["Get-Content"] = "[IO.File]::ReadAllLines($path), or ReadAllText for one string",
        ["Get-ChildItem"] = "[IO.Directory]::GetFileSystemEntries($path)",
        ["Get-Credential"] = "$Host.UI.PromptForCredential($caption, $message, $user, '')",
        ["Get-Date"] = "[DateTime]::Now, or [DateTime]::UtcNow",
        ["Get-Item"] = "[IO.FileInfo]::new($path)",
        ["Get-Random"] = "[Random]::Shared.Next($maximum)",
        ["Group-Object"] = "a hashtable filled in a foreach loop",
        ["Invoke-RestMethod"] = "[Net.Http.HttpClient]::new().GetStringAsync($uri).GetAwaiter().GetResult()",
        ["Invoke-WebRequest"] = "[Net.Http.HttpClient]::new().GetStringAsync($uri).GetAwaiter().GetResult()",
        ["Join-Path"] = "[IO.Path]::Combine($folder, $name)",
        ["Measure-Object"] = "the collection's Count, or a foreach loop",
        ["Move-Item"] = "[IO.File]::Move($from, $to)",
        ["New-Item"] = "[IO.Directory]::CreateDirectory($path), or [IO.File]::Create($path).Dispose()",
        ["New-Object"] = "[TypeName]::new(), or [pscustomobject]@{ }",
        ["Out-File"] = "[IO.File]::WriteAllLines($path, $lines)",
        ["Push-Location"] = "Set-Location, with the former location kept in a variable",
        ["Pop-Location"] = "Set-Location, with the former location kept in a variable",
        ["Read-Host"] = "$Host.UI.ReadLine(), or $Host.UI.ReadLineAsSecureString()",
        ["Remove-Item"] = "[IO.File]::Delete($path), or [IO.Directory]::Delete($path, $true)",
        ["Resolve-Path"] = "$ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath($path)",
        ["Set-Content"] = "[IO.File]::WriteAllText($path, $text)",
        ["Set-Variable"] = "an assignment: $name = $value",
        ["Split-Path"] = "[IO.Path]::GetDirectoryName($path), or GetFileName",
        ["Tee-Object"] = "the parameter -OutVariable, which every cmdlet has",
        ["Test-Path"] = "[IO.File]::Exists($path), or [IO.Directory]::Exists($path)",
    };

    internal static IEnumerable<string> Commands => ByCommand.Keys;

    internal static string? For(string command) => ByCommand.GetValueOrDefault(command);
}
