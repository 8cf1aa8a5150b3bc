using EtcdHa.Console.Interactive;

namespace EtcdHa.Tests.Console;

public sealed class LineEditorTests
{
    private readonly FakeTerminal _terminal = new();
    private readonly History _history = new();

    [Fact]
    public void Typed_text_is_the_line() => Assert.Equal(new EditedLine(LineEnd.Entered, "Get-Thing"), Read("Get-Thing", ConsoleKey.Enter));

    [Fact]
    public void Text_is_inserted_where_the_cursor_is() =>
        Assert.Equal("xaYbc!", Read("abc", ConsoleKey.Home, "x", ConsoleKey.RightArrow, "Y", ConsoleKey.End, "!", ConsoleKey.Enter).Text);

    [Fact]
    public void Words_are_skipped_and_deleted() =>
        Assert.Equal("one  three", Read("one two three", Ctrl(ConsoleKey.LeftArrow), ConsoleKey.LeftArrow, Ctrl(ConsoleKey.W), ConsoleKey.Enter).Text);

    [Fact]
    public void Backspace_and_delete_take_one_character_even_of_two_code_units() =>
        Assert.Equal("ac", Read("a😀bc", ConsoleKey.LeftArrow, ConsoleKey.LeftArrow, ConsoleKey.Backspace, ConsoleKey.Delete, ConsoleKey.Enter).Text);

    [Fact]
    public void Ctrl_C_cancels_the_line() => Assert.Equal(new EditedLine(LineEnd.Cancelled, string.Empty), Read("abc", Ctrl(ConsoleKey.C)));

    [Fact]
    public void Ctrl_D_ends_the_input_only_on_an_empty_line()
    {
        Assert.Equal(LineEnd.EndOfInput, Read(Ctrl(ConsoleKey.D)).End);
        Assert.Equal("b", Read("ab", ConsoleKey.Home, Ctrl(ConsoleKey.D), ConsoleKey.Enter).Text);
    }

    [Fact]
    public void An_incomplete_command_goes_on_in_the_next_line()
    {
        Assert.Equal("if ($true) {\n1\n}", Read("if ($true) {", ConsoleKey.Enter, "1", ConsoleKey.Enter, "}", ConsoleKey.Enter).Text);
        Assert.Contains(">> ", _terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public void History_goes_back_and_forth_and_keeps_what_was_typed()
    {
        _history.Add("first");
        _history.Add("second");
        Assert.Equal("first", Read("typed", ConsoleKey.UpArrow, ConsoleKey.UpArrow, ConsoleKey.UpArrow, ConsoleKey.Enter).Text);
        Assert.Equal("typed", Read("typed", ConsoleKey.UpArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter).Text);
    }

    [Fact]
    public void Arrows_move_inside_a_command_of_several_lines_before_they_leave_it()
    {
        _history.Add("a {\nbb\n}");
        Assert.Equal("a {\nbXb\n}", Read(ConsoleKey.UpArrow, ConsoleKey.UpArrow, "X", ConsoleKey.Enter).Text);
    }

    [Fact]
    public void Tab_goes_through_the_candidates_and_back()
    {
        Assert.Equal("Get-B x", Read("Ge", ConsoleKey.Tab, ConsoleKey.Tab, " x", ConsoleKey.Enter).Text);
        Assert.Equal("Get-A", Read("Ge", ConsoleKey.Tab, ConsoleKey.Tab, Shift(ConsoleKey.Tab), ConsoleKey.Enter).Text);
        Assert.Equal("Ge", Read("Ge", ConsoleKey.Tab, ConsoleKey.Tab, ConsoleKey.Tab, ConsoleKey.Enter).Text);
        Assert.Equal("Get-B", Read("Ge", Shift(ConsoleKey.Tab), ConsoleKey.Enter).Text);
    }

    [Fact]
    public void A_file_is_completed_in_quotes_when_it_needs_them()
    {
        using var folder = new ScriptFile(string.Empty);
        File.WriteAllText(Path.Combine(folder.Folder, "a b.txt"), string.Empty);
        Directory.CreateDirectory(Path.Combine(folder.Folder, "sub"));
        Assert.Equal(["script.ps1", "sub/"], PathCompletion.Complete("& s", 3, folder.Folder).Candidates);
        Assert.Equal(["'a b.txt'"], PathCompletion.Complete("& 'a", 4, folder.Folder).Candidates);
        Assert.Empty(PathCompletion.Complete("& /no/such/folder/x", 19, folder.Folder).Candidates);
    }

    private static ConsoleKeyInfo Ctrl(ConsoleKey key) => new('\0', key, shift: false, alt: false, control: true);

    private static ConsoleKeyInfo Shift(ConsoleKey key) => new('\0', key, shift: true, alt: false, control: false);

    private static CompletionSet Complete(string text, int cursor) => new(0, cursor, ["Get-A", "Get-B"]);

    private EditedLine Read(params object[] keys)
    {
        _terminal.Type(keys);
        return new LineEditor(_terminal, _history, Complete, InteractiveLoop.IsIncomplete).Read("PS> ");
    }
}
