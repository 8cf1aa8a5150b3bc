using EtcdHa.Core.Topology.Yaml;
using FsCheck;
using FsCheck.Fluent;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Topology;

public sealed class GoYamlScalarTests
{
    // Expected texts follow go-yaml v2's emitter as sigs.k8s.io/yaml carries it.
    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("x y", "x y")]
    [InlineData("8589934592", "\"8589934592\"")]
    [InlineData("-1_000", "\"-1_000\"")]
    [InlineData("0x1f", "\"0x1f\"")]
    [InlineData("0x12345678901234567", "0x12345678901234567")]
    [InlineData("0xFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFF\"")]
    [InlineData("+0xFFFFFFFFFFFFFFFF", "+0xFFFFFFFFFFFFFFFF")]
    [InlineData("-0x8000000000000000", "\"-0x8000000000000000\"")]
    [InlineData("-0x8000000000000001", "-0x8000000000000001")]
    [InlineData("0o1777777777777777777777", "\"0o1777777777777777777777\"")]
    [InlineData("0o2000000000000000000000", "0o2000000000000000000000")]
    [InlineData("0b-101", "\"0b-101\"")]
    [InlineData("0B-101", "0B-101")]
    [InlineData("0b102", "0b102")]
    [InlineData("0899", "\"0899\"")]
    [InlineData("123456789012345678901234567890", "\"123456789012345678901234567890\"")]
    [InlineData("1e999", "1e999")]
    [InlineData("1e-999", "\"1e-999\"")]
    [InlineData(".5_0", "\".5_0\"")]
    [InlineData(".5__0", ".5__0")]
    [InlineData(".5", "\".5\"")]
    [InlineData("1.5e3", "\"1.5e3\"")]
    [InlineData("1.5e", "1.5e")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("yES", "yES")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("1:60", "1:60")]
    [InlineData("2026-11-23", "\"2026-11-23\"")]
    [InlineData("2026-11-31", "2026-11-31")]
    [InlineData("2026-11-23T01:02:03Z", "\"2026-11-23T01:02:03Z\"")]
    [InlineData("2026-11-23 01:02:03", "\"2026-11-23 01:02:03\"")]
    [InlineData("2026-11-23  01:02:03,5", "\"2026-11-23  01:02:03,5\"")]
    [InlineData("2026-11-23T01:02:03", "2026-11-23T01:02:03")]
    [InlineData("2026-11-23t1:2:3.25+24:60", "\"2026-11-23t1:2:3.25+24:60\"")]
    [InlineData("2026-11-23T01:02:03+25:00", "2026-11-23T01:02:03+25:00")]
    [InlineData("2026-11-23T24:00:00Z", "2026-11-23T24:00:00Z")]
    [InlineData("0000-02-29", "\"0000-02-29\"")]
    [InlineData("-", "'-'")]
    [InlineData("?", "'?'")]
    [InlineData("? a", "'? a'")]
    [InlineData("?a", "?a")]
    [InlineData("<<", "<<")]
    [InlineData("...", "'...'")]
    [InlineData("%a", "'%a'")]
    [InlineData("a\u2028b", "'a\u2028      b'")]
    [InlineData("a\uFEFFb", "\"a\\uFEFFb\"")]
    [InlineData("a\rb", "\"a\\rb\"")]
    [InlineData("a\r\nb", "\"a\\r\\nb\"")]
    [InlineData("\na", "|2-\n\n      a")]
    [InlineData("a\n b", "|-\n      a\n       b")]
    [InlineData("\n", "|2+\n")]
    [InlineData("::", "'::'")]
    [InlineData("::1", "::1")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a:b", "a:b")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("a#b", "a#b")]
    [InlineData("it's", "it's")]
    [InlineData("'a'", "'''a'''")]
    [InlineData("{a}", "'{a}'")]
    [InlineData("--flag=[x]", "--flag=[x]")]
    [InlineData("---", "'---'")]
    [InlineData("- a", "'- a'")]
    [InlineData(" a", "' a'")]
    [InlineData("a ", "'a '")]
    [InlineData("a\tb", "\"a\\tb\"")]
    [InlineData("\U0001F600", "\"\\U0001F600\"")]
    [InlineData("é", "é")]
    [InlineData("a\nb", "|-\n      a\n      b")]
    [InlineData("a\nb\n", "|\n      a\n      b")]
    [InlineData("a\n\n", "|+\n      a\n")]
    [InlineData(" a\nb", "|2-\n       a\n      b")]
    [InlineData("a \nb", "\"a \\nb\"")]
    [InlineData("a\nb ", "\"a\\nb \"")]
    public void A_scalar_is_written_as_go_yaml_writes_it(string value, string expected) =>
        Assert.Equal(expected, GoYamlScalar.Format(value, column: 6, indent: 6));

    [Fact]
    public void A_long_value_folds_at_the_first_space_beyond_column_80()
    {
        string word = new('a', 74);
        string longer = new('a', 75);

        // From column 6 on, 74 letters end at column 80, 75 at 81.
        Assert.Equal(word + " b\n      c", GoYamlScalar.Format(word + " b c", 6, 6));
        Assert.Equal(longer + "\n      b c", GoYamlScalar.Format(longer + " b c", 6, 6));
        Assert.Equal("'" + longer + ":\n      b c'", GoYamlScalar.Format(longer + ": b c", 6, 6));
        Assert.Equal(longer + "  b\n      c", GoYamlScalar.Format(longer + "  b c", 6, 6));
    }

    [Fact]
    public void A_long_value_in_double_quotes_folds_too_and_guards_a_space_that_follows()
    {
        string word = new('a', 75);

        Assert.Equal($"\"\\t{word}\n      b c\"", GoYamlScalar.Format($"\t{word} b c", 6, 6));
        Assert.Equal($"\"\\t{word}\n      \\ b\"", GoYamlScalar.Format($"\t{word}  b", 6, 6));
        Assert.Equal($"\"\\t{word} \"", GoYamlScalar.Format($"\t{word} ", 6, 6));
    }

    [Fact]
    public void A_literal_block_is_never_folded() =>
        Assert.Equal($"|-\n      a\n      {new string('b', 90)} c d", GoYamlScalar.Format($"a\n{new string('b', 90)} c d", 6, 6));

    [Fact]
    public void Any_value_reads_back_as_it_was()
    {
        Gen<string> texts = Gen.Elements("word", new string('x', 40), " ", "  ", ": ", " #", "\n", "'", "\"", "\\", "-", "1", ".", "é", "\t", "~", "?", "%", "{")
            .ListOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), value =>
        {
            string whole = "a:\n- b:\n  - " + GoYamlScalar.Format("--f=" + value, 4, 4) + "\nz: 1\n";
            var stream = new YamlStream();
            stream.Load(new StringReader(whole));
            return ((YamlScalarNode)stream.Documents[0].RootNode["a"][0]["b"][0]).Value == "--f=" + value;
        }).QuickCheckThrowOnFailure();
    }
}
