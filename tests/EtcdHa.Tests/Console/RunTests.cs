namespace EtcdHa.Tests.Console;

public sealed class RunTests
{
    [Fact]
    public void A_script_that_runs_to_its_end_gives_0()
    {
        using var script = new ScriptFile("'done'");
        var result = ConsoleProcess.Run(script.Path);
        Assert.Equal((0, "done"), (result.ExitCode, result.Output.Trim()));
        Assert.Empty(result.Error);
    }

    [Fact]
    public void The_exit_of_a_script_is_the_exit_of_the_process_and_loses_no_output()
    {
        using var script = new ScriptFile("[pscustomobject]@{ Name = 'a' }; exit 7");
        var result = ConsoleProcess.Run(script.Path);
        Assert.Equal(7, result.ExitCode);
        Assert.Equal(["Name", "----", "a"], result.Lines);
    }

    [Fact]
    public void An_exit_in_a_script_called_by_the_script_ends_only_that_one()
    {
        using var script = new ScriptFile("& \"$PSScriptRoot/inner.ps1\"; \"inner: $LASTEXITCODE\"");
        File.WriteAllText(Path.Combine(script.Folder, "inner.ps1"), "exit 3");
        var result = ConsoleProcess.Run(script.Path);
        Assert.Equal((0, "inner: 3"), (result.ExitCode, result.Output.Trim()));
    }

    [Theory]
    [InlineData("throw 'bad thing'")]
    [InlineData("$ErrorActionPreference = 'Stop'; No-SuchCommand; exit 0")]
    [InlineData("if (")]
    public void An_error_that_ends_a_script_gives_1(string text)
    {
        using var script = new ScriptFile(text);
        var result = ConsoleProcess.Run(script.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("script.ps1:1", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output.Trim());
    }

    [Fact]
    public void An_error_that_does_not_end_a_script_leaves_0()
    {
        using var script = new ScriptFile("No-SuchCommand");
        Assert.Equal(0, ConsoleProcess.Run(script.Path).ExitCode);
    }

    [Fact]
    public void Arguments_bind_by_name_by_switch_and_by_position()
    {
        using var script = new ScriptFile(
            "param([string]$Name, [switch]$Force, [switch]$Quiet, [int]$Count = 5, [string[]]$Tag) \"$Name|$Force|$Quiet|$Count|$($Tag.Count)|$args\"");
        var result = ConsoleProcess.Run(script.Path, "-Name", "a b", "-Force", "-Quiet:$false", "-7", "-Tag:x", "rest");
        Assert.Equal("a b|True|False|-7|1|rest", result.Output.Trim());
    }

    [Fact]
    public void A_script_knows_its_own_place()
    {
        using var script = new ScriptFile("$PSScriptRoot; $PSCommandPath; $MyInvocation.MyCommand.Path");
        Assert.Equal([script.Folder, script.Path, script.Path], ConsoleProcess.Run(script.Path).Lines);
    }

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 5", 5)]
    [InlineData("throw 'x'", 1)]
    [InlineData("'a'; No-SuchCommand", 1)]
    [InlineData("No-SuchCommand; 'b'", 0)]
    public void The_exit_code_of_a_command_is_that_of_its_last_statement(string text, int expected) =>
        Assert.Equal(expected, ConsoleProcess.Run("-Command", text).ExitCode);

    [Theory]
    [InlineData("-Command", "-")]
    [InlineData("-")]
    [InlineData]
    public void A_script_can_come_from_standard_input(params string[] arguments)
    {
        var result = ConsoleProcess.RunWithInput("function f {\n  'from input'\n}\nf\nexit 4\n", arguments);
        Assert.Equal((4, "from input"), (result.ExitCode, result.Output.Trim()));
    }

    [Fact]
    public void Standard_input_reaches_a_command_that_asks_for_it()
    {
        var result = ConsoleProcess.RunWithInput("one\ntwo\n", "-c", "$input | ForEach-Object { \"<$_>\" }");
        Assert.Equal(["<one>", "<two>"], result.Lines);
    }

    [Fact]
    public void An_input_nobody_closes_does_not_hold_up_a_command_that_does_not_ask_for_it() =>
        Assert.Equal(0, ConsoleProcess.RunWithInput(null, "-c", "'no input needed'").ExitCode);

    [Theory]
    [InlineData("-NoSuchOption")]
    [InlineData("/no/such/script.ps1")]
    [InlineData("-Command")]
    [InlineData("-ModulePath", "x.psd1", "-c", "1")]
    public void A_wrong_command_line_gives_64_and_says_why(params string[] arguments)
    {
        var result = ConsoleProcess.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("-Help", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Options_of_pwsh_that_change_nothing_here_are_accepted() =>
        Assert.Equal("1", ConsoleProcess.Run("-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "1").Output.Trim());

    [Fact]
    public void A_module_that_cannot_be_imported_is_said_and_gives_1()
    {
        using var folder = new ScriptFile("@{ ModuleVersion = '1.0'; RootModule = 'absent.dll' }");
        var manifest = Path.Combine(folder.Folder, "Broken.psd1");
        File.Move(folder.Path, manifest);
        using var process = ConsoleProcess.Start("-ModulePath", manifest, "-c", "'ran'");
        var result = ConsoleProcess.Finish(process);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("absent.dll", result.Error, StringComparison.Ordinal);
        Assert.Contains("could not be imported", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ran", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_is_there_for_the_script_with_its_views()
    {
        using var module = new ScriptFile("function Get-Thing { [pscustomobject]@{ PSTypeName = 'Thing'; Name = 'n'; Size = 3; Hidden = 'h' } }");
        File.Move(module.Path, Path.Combine(module.Folder, "Things.psm1"));
        File.WriteAllText(Path.Combine(module.Folder, "Things.format.ps1xml"), """
            <Configuration><ViewDefinitions><View><Name>Thing</Name><ViewSelectedBy><TypeName>Thing</TypeName></ViewSelectedBy><TableControl>
            <TableHeaders><TableColumnHeader><Label>Called</Label></TableColumnHeader><TableColumnHeader/></TableHeaders>
            <TableRowEntries><TableRowEntry><TableColumnItems><TableColumnItem><PropertyName>Name</PropertyName></TableColumnItem>
            <TableColumnItem><PropertyName>Size</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries>
            </TableControl></View></ViewDefinitions></Configuration>
            """);
        var manifest = Path.Combine(module.Folder, "Things.psd1");
        File.WriteAllText(manifest, "@{ ModuleVersion = '1.0'; RootModule = 'Things.psm1'; FormatsToProcess = 'Things.format.ps1xml'; FunctionsToExport = 'Get-Thing' }");
        using var process = ConsoleProcess.Start("-ModulePath", manifest, "-c", "Get-Thing");
        var result = ConsoleProcess.Finish(process);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Called Size", result.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", result.Output, StringComparison.Ordinal);
    }
}
