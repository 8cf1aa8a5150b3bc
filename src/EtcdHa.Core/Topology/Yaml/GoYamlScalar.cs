using System.Text;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>
/// Writes one string as go-yaml v2 does, byte for byte: plain if it can, single quotes where an indicator stands in the way,
/// double quotes where the plain text would mean something else or holds a special character, a literal block for line feeds;
/// folded at the first space beyond column 80.
/// </summary>
internal sealed class GoYamlScalar
{
    private const int BestWidth = 80;
    private const int BestIndent = 2;

    private readonly StringBuilder _text = new();
    private readonly Rune[] _runes;
    private readonly int _indent;
    private int _column;

    // True from a line break until something other than indentation is written.
    private bool _atLineStart;

    private GoYamlScalar(string value, int column, int indent)
    {
        _runes = [.. value.EnumerateRunes()];
        _column = column;
        _indent = indent;
    }

    /// <summary>The scalar's text, without the line feed after it.</summary>
    /// <param name="value">The string.</param>
    /// <param name="column">The column, from 0, where its first character goes.</param>
    /// <param name="indent">The indentation of its further lines.</param>
    public static string Format(string value, int column, int indent)
    {
        YamlScalarAnalysis analysis = YamlScalarAnalysis.Of(value);
        var scalar = new GoYamlScalar(value, column, indent);
        if (value.Contains('\n', StringComparison.Ordinal))
        {
            if (analysis.BlockAllowed)
            {
                scalar.WriteLiteral();
            }
            else
            {
                scalar.WriteDoubleQuoted();
            }
        }
        else if (!YamlScalarAnalysis.ResolvesToString(value))
        {
            scalar.WriteDoubleQuoted();
        }
        else if (analysis.PlainAllowed)
        {
            scalar.WriteFolded(isQuoted: false);
        }
        else if (analysis.SingleQuotedAllowed)
        {
            scalar.Put("'");
            scalar.WriteFolded(isQuoted: true);
            scalar.Put("'");
        }
        else
        {
            scalar.WriteDoubleQuoted();
        }

        return scalar._text.ToString();
    }

    private bool IsSpace(int index) => index < _runes.Length && _runes[index].Value == ' ';

    private void Put(string characters)
    {
        _text.Append(characters);
        _column += characters.EnumerateRunes().Count();
        _atLineStart = false;
    }

    private void PutBreak(string characters)
    {
        _text.Append(characters);
        _column = 0;
        _atLineStart = true;
    }

    private void PutIndent()
    {
        if (!_atLineStart)
        {
            PutBreak("\n");
        }

        _text.Append(' ', Math.Max(0, _indent - _column));
        _column = Math.Max(_column, _indent);
    }

    private void WriteFolded(bool isQuoted)
    {
        bool afterSpace = false;
        bool afterBreak = false;
        for (int i = 0; i < _runes.Length; i++)
        {
            if (IsSpace(i))
            {
                bool isInner = !isQuoted || (i > 0 && i < _runes.Length - 1);
                if (!afterSpace && _column > BestWidth && isInner && !IsSpace(i + 1))
                {
                    PutIndent();
                }
                else
                {
                    Put(" ");
                }

                afterSpace = true;
                continue;
            }

            if (YamlScalarAnalysis.IsBreak(_runes[i]))
            {
                PutBreak(_runes[i].ToString());
                afterBreak = true;
                continue;
            }

            if (afterBreak)
            {
                PutIndent();
            }

            Put(isQuoted && _runes[i].Value == '\'' ? "''" : _runes[i].ToString());
            afterSpace = false;
            afterBreak = false;
        }
    }

    private void WriteDoubleQuoted()
    {
        Put("\"");
        bool afterSpace = false;
        for (int i = 0; i < _runes.Length; i++)
        {
            if (YamlText.NeedsEscape(_runes[i]))
            {
                Put(YamlText.Escape(_runes[i]));
                afterSpace = false;
            }
            else if (IsSpace(i))
            {
                if (!afterSpace && _column > BestWidth && i > 0 && i < _runes.Length - 1)
                {
                    PutIndent();
                    if (IsSpace(i + 1))
                    {
                        Put("\\");
                    }
                }
                else
                {
                    Put(" ");
                }

                afterSpace = true;
            }
            else
            {
                Put(_runes[i].ToString());
                afterSpace = false;
            }
        }

        Put("\"");
    }

    private void WriteLiteral()
    {
        Put("|");
        if (IsSpace(0) || YamlScalarAnalysis.IsBreak(_runes[0]))
        {
            Put($"{BestIndent}");
        }

        Put(ChompingIndicator());
        PutBreak("\n");
        foreach (Rune rune in _runes)
        {
            if (YamlScalarAnalysis.IsBreak(rune))
            {
                PutBreak(rune.ToString());
                continue;
            }

            if (_atLineStart)
            {
                PutIndent();
            }

            Put(rune.ToString());
        }

        // The line feed at the end of the value is the one the next line starts after.
        if (_text[^1] == '\n')
        {
            _text.Length--;
        }
    }

    private string ChompingIndicator()
    {
        bool endsInBreak = YamlScalarAnalysis.IsBreak(_runes[^1]);
        bool endsInMore = _runes.Length == 1 || YamlScalarAnalysis.IsBreak(_runes[^2]);
        return !endsInBreak ? "-" : endsInMore ? "+" : "";
    }
}
