using EtcdHa.Console.Commands;
using EtcdHa.Console.MissingCommands;

namespace EtcdHa.Tests.Console;

public sealed class CommandTests
{
    [Theory]
    [InlineData("3, 1, 2 | Sort-Object -Descending", "3 2 1")]
    [InlineData("'b', 'A', 'a' | Sort-Object -Unique", "A b")]
    [InlineData("1..5 | Sort-Object { $_ % 2 }, { -$_ } | Select-Object -First 3", "4 2 5")]
    [InlineData("1..9 | Sort-Object -Top 2 -Descending", "9 8")]
    [InlineData("1..1000000 | Select-Object -First 2", "1 2")]
    [InlineData("1..9 | Select-Object -First 1 -Last 2", "1 8 9")]
    [InlineData("1..9 | Select-Object -Skip 7", "8 9")]
    [InlineData("1, 1, 2 | Select-Object -Unique", "1 2")]
    [InlineData("[pscustomobject]@{ A = 1, 2 } | Select-Object -ExpandProperty A", "1 2")]
    [InlineData("([pscustomobject]@{ A = 1; B = 2 } | Select-Object B, C, @{ n = 'D'; e = { $_.A + 5 } }).psobject.Properties | ForEach-Object { \"$($_.Name)=$($_.Value)\" }", "B=2 C= D=6")]
    [InlineData("Write-Output 1, 2 | ForEach-Object { $_ + 1 }", "2 3")]
    [InlineData("(Write-Output 1, 2 -NoEnumerate).Count", "2")]
    [InlineData("Write-Host a, (1, 2) b -Separator '-'", "a-1-2-b")]
    [InlineData("([pscustomobject]@{ A = 1 } | Format-List | Out-String).Trim()", "A : 1")]
    [InlineData("[pscustomobject]@{ A = 1; B = 2 } | Format-Table B -HideTableHeaders | Out-String -Stream | Where-Object { $_ }", "2")]
    [InlineData("Set-Location /; $PWD.Path; Microsoft.PowerShell.Utility\\Write-Output q", "/ q")]
    public void A_command_does_what_the_one_of_full_PowerShell_does(string text, string expected)
    {
        var result = ConsoleProcess.Run("-c", text);
        Assert.Empty(result.Error);
        Assert.Equal(expected, string.Join(' ', result.Lines.Select(line => line.Trim())));
    }

    [Theory]
    [InlineData("1 | Select-Object -SkipLast 1")]
    [InlineData("1 | Select-Object A -ExpandProperty B")]
    [InlineData("1 | Sort-Object -Culture de")]
    [InlineData("Set-Location -")]
    public void What_a_command_does_not_support_is_an_error(string text) =>
        Assert.Equal(1, ConsoleProcess.Run("-c", text).ExitCode);

    [Fact]
    public void Write_Error_speaks_for_the_function_that_calls_it()
    {
        var result = ConsoleProcess.Run("-c", "function Test-Member { Write-Error 'm1 is down' -RecommendedAction 'Start it.' }; Test-Member");
        Assert.Equal("Test-Member: m1 is down\n  Recommendation: Start it.", result.Error.Trim());
    }

    [Fact]
    public void Every_alternative_is_for_a_command_full_PowerShell_has_and_this_console_has_not()
    {
        foreach (var command in Alternatives.Commands)
        {
            Assert.NotNull(FullPowerShell.Find(command));
        }

        Assert.Empty(Alternatives.Commands.Intersect(ConsoleCommands.Names, StringComparer.OrdinalIgnoreCase));
    }
}
