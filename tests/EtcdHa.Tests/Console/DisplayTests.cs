namespace EtcdHa.Tests.Console;

public sealed class DisplayTests
{
    private const string Failing = """
        function Fail {
            [CmdletBinding()] param([switch]$Terminate)
            $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('raw'), 'MemberDown', 'ResourceUnavailable', 'm1')
            $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('The member m1 is down.')
            $record.ErrorDetails.RecommendedAction = 'Start its kubelet.'
            if ($Terminate) { $PSCmdlet.ThrowTerminatingError($record) } else { $PSCmdlet.WriteError($record) }
        }

        """;

    [Theory]
    [InlineData("Fail")]
    [InlineData("Fail -Terminate")]
    [InlineData("$ErrorActionPreference = 'Stop'; Fail")]
    public void An_error_shows_its_place_its_message_and_its_recommendation_on_the_error_stream(string call)
    {
        using var script = new ScriptFile(Failing + call);
        var result = ConsoleProcess.Run(script.Path);
        Assert.Contains("script.ps1:8", result.Error, StringComparison.Ordinal);
        Assert.Contains("The member m1 is down.", result.Error, StringComparison.Ordinal);
        Assert.Contains("Recommendation: Start its kubelet.", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output.Trim());
    }

    [Fact]
    public void An_error_of_a_command_is_one_line_and_its_recommendation()
    {
        var result = ConsoleProcess.Run("-Command", Failing.ReplaceLineEndings(";").Replace("{;", "{", StringComparison.Ordinal) + "Fail");
        Assert.Equal("Fail: The member m1 is down.\n  Recommendation: Start its kubelet.", result.Error.Trim());
    }

    [Fact]
    public void Redirected_output_has_no_control_sequences_and_is_120_wide()
    {
        var result = ConsoleProcess.Run("-c", "\"$([char]27)[31mred$([char]27)[0m\"; $Host.UI.RawUI.BufferSize.Width; $PSStyle.OutputRendering; Write-Error e");
        Assert.Equal(["red", "120", "PlainText"], result.Lines);
        Assert.DoesNotContain('\u001b', result.Error);
    }

    [Fact]
    public void Streams_have_the_prefixes_of_pwsh_and_progress_is_not_shown_when_redirected()
    {
        var result = ConsoleProcess.Run(
            "-c", "Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Host h; Write-Progress -Activity secretly -PercentComplete 5");
        Assert.Equal(["WARNING: w", "VERBOSE: v", "DEBUG: d", "h"], result.Lines);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("$Host.UI.ReadLine()")]
    [InlineData("$Host.UI.PromptForCredential('', '', 'u', '')")]
    [InlineData("function f { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('m1')) { 'did it' } }; f -Confirm")]
    [InlineData("function f { param([Parameter(Mandatory)][string]$Name) 'did it' }; f")]
    public void What_would_ask_is_an_error_when_nobody_can_answer(string text)
    {
        var result = ConsoleProcess.RunWithInput("y\n", "-c", text);
        Assert.Matches("not interactive|mandatory parameters: Name", result.Error);
        Assert.DoesNotContain("did it", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_of_full_PowerShell_is_named_with_its_module_and_an_alternative()
    {
        var result = ConsoleProcess.Run("-c", "Test-Path /");
        Assert.Contains("'Test-Path' is part of PowerShell's Microsoft.PowerShell.Management module, which this console does not carry.", result.Error, StringComparison.Ordinal);
        Assert.Contains("Recommendation: Run the script in PowerShell 7.4 or newer, or use [IO.File]::Exists", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_command_is_still_the_error_a_script_expects()
    {
        var result = ConsoleProcess.Run("-c", "try { Get-Content x } catch [System.Management.Automation.CommandNotFoundException] { 'caught' }; [bool](Get-Command Get-Content -ErrorAction Ignore)");
        Assert.Equal(["caught", "False"], result.Lines);
    }

    [Fact]
    public void A_command_nobody_knows_keeps_the_engines_message()
    {
        var result = ConsoleProcess.Run("-c", "No-SuchCommand");
        Assert.Contains("is not recognized", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Recommendation", result.Error, StringComparison.Ordinal);
    }
}
