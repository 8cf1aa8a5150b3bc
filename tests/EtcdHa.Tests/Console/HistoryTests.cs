using EtcdHa.Console.Interactive;

namespace EtcdHa.Tests.Console;

public sealed class HistoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("etcdha-history-").FullName;

    private string FilePath => Path.Combine(_folder, "state", "history");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_next_session_knows_the_commands_of_this_one()
    {
        var history = new History(new HistoryFile(FilePath));
        history.Add("Get-Thing");
        history.Add("if ($true) {\n'C:\\new'\n}");
        Assert.Equal(["Get-Thing", "if ($true) {\n'C:\\new'\n}"], new History(new HistoryFile(FilePath)).Lines);
    }

    [Fact]
    public void A_command_given_twice_in_a_row_is_kept_once()
    {
        var history = new History();
        history.Add("a");
        history.Add("a");
        history.Add("  ");
        Assert.Equal(["a"], history.Lines);
    }

    [Theory]
    [InlineData("$p = ConvertTo-SecureString 'x' -AsPlainText -Force")]
    [InlineData("Connect-Thing -Password hunter2")]
    [InlineData("$token = 'abc'")]
    [InlineData("New-Thing -ApiKey 1234")]
    [InlineData("curl -H 'Authorization: Bearer abc'")]
    [InlineData("$key = '-----BEGIN PRIVATE KEY-----'")]
    public void A_command_that_may_hold_a_secret_is_remembered_but_not_written(string line)
    {
        var history = new History(new HistoryFile(FilePath));
        history.Add(line);
        Assert.Equal([line], history.Lines);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void An_ordinary_command_is_no_secret()
    {
        Assert.False(SecretLines.MayHoldSecret("Get-EtcdMember -Host m1 | Format-Table"));
        Assert.False(SecretLines.MayHoldSecret("$monkeys | Sort-Object Name"));
    }

    [Fact]
    public void Only_the_user_can_read_the_file()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        new History(new HistoryFile(FilePath)).Add("a");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_file_that_has_grown_long_is_cut()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllLines(FilePath, Enumerable.Range(0, 2500).Select(i => $"line {i}"));
        var lines = new History(new HistoryFile(FilePath)).Lines;
        Assert.Equal((1000, "line 2499"), (lines.Count, lines[^1]));
        Assert.Equal(1000, File.ReadAllLines(FilePath).Length);
    }

    [Fact]
    public void A_history_that_cannot_be_written_disturbs_nobody()
    {
        File.WriteAllText(Path.Combine(_folder, "state"), "a file where the folder should be");
        var history = new History(new HistoryFile(FilePath));
        history.Add("a");
        Assert.Equal(["a"], history.Lines);
    }
}
