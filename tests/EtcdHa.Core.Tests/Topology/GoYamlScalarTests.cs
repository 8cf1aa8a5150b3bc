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
