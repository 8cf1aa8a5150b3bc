namespace EtcdHa.Core.Ssh;

/// <summary>Where ssh_config files are read from.</summary>
internal interface ISshConfigFiles
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="isUsers">True for the user's own file, which others must not be able to write.</param>
    /// <returns>Its text; null when it is not there.</returns>
    /// <exception cref="EtcdSshConfigException"><c>SshConfigUnreadable</c>, <c>SshConfigWritableByOthers</c>.</exception>
    string? Read(string path, bool isUsers);

    /// <summary>Finds the files of an Include line.</summary>
    /// <param name="pattern">An absolute path; <c>*</c>, <c>?</c> and <c>[…]</c> are wildcards.</param>
    /// <returns>Paths in ordinal order; none when nothing matches.</returns>
    IReadOnlyList<string> Glob(string pattern);
}

/// <summary>Reads the subset of ssh_config(5) that decides where and how a host is reached. Pure apart from the files it is given.</summary>
internal sealed class SshConfigReader
{
    // readconf.c, READCONF_MAX_DEPTH. A file that includes itself ends here too.
    private const int MaximumDepth = 16;

    // A tree of includes may still be wide: 16 levels of a file that includes itself twice.
    private const int MaximumFiles = 256;

    private static readonly char[] JumpEnd = [' ', '\t', '\r', '#'];

    private readonly ISshConfigFiles _files;
    private readonly SshConfigQuery _query;
    private readonly SshConfig _config;
    private readonly bool _isUsers;
    private int _fileCount;

    private SshConfigReader(ISshConfigFiles files, SshConfigQuery query, bool isUsers)
    {
        _files = files;
        _query = query;
        _config = new SshConfig(query);
        _isUsers = isUsers;
    }

    /// <summary>Reads the settings of one host.</summary>
    /// <param name="path">The file; when it is not there nothing is set.</param>
    /// <param name="isUsers">True when it is <c>~/.ssh/config</c>, not a file that was named.</param>
    /// <param name="query">Which host.</param>
    /// <param name="files">Where files are read from.</param>
    /// <returns>The settings and the lines passed over.</returns>
    /// <exception cref="EtcdSshConfigException">
    /// <c>SshConfigInvalid</c>: a line is malformed; <c>SshConfigMatchUndecided</c>: a line that counts stands under a Match that cannot
    /// be decided here; <c>SshConfigUnreadable</c>, <c>SshConfigWritableByOthers</c>: of a file.
    /// </exception>
    public static SshConfig Read(string path, bool isUsers, SshConfigQuery query, ISshConfigFiles files)
    {
        SshConfigReader reader = new(files, query, isUsers);
        reader.File(path, 0, new SshConfigBlock(true));
        return reader._config;
    }

    private void File(string path, int depth, SshConfigBlock outer)
    {
        if (_files.Read(path, _isUsers) is not { } text)
        {
            return;
        }

        SshConfigBlock block = outer;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            SshConfigValue value = new([lines[i]], path, i + 1);
            try
            {
                if (SshConfigLine.Parse(lines[i]) is { } line)
                {
                    block = Line(line, value, depth, outer, block);
                }
            }
            catch (FormatException e)
            {
                throw SshConfig.Invalid(value, e.Message);
            }
        }
    }

    private SshConfigBlock Line(SshConfigLine line, SshConfigValue value, int depth, SshConfigBlock outer, SshConfigBlock block)
    {
        switch (line.Keyword)
        {
            case "host":
                return Within(outer, SshConfigMatch.Host(line, _query.Host));
            case "match":
                return Within(outer, SshConfigMatch.Match(line, value.Place, _query, _config));
            case "include":
                Include(line, value, depth, block);
                return block;
        }

        if (SshConfigKeyword.Find(line.Keyword) is not { } keyword)
        {
            if (block.Applies)
            {
                _config.Notices.Add($"{value.Place}: {line.Keyword} is not used");
            }

            return block;
        }

        value = value with { Arguments = Arguments(keyword, line) };
        if (block.Applies && _config.IsOpen(keyword))
        {
            if (block.Undecided is not null)
            {
                throw new EtcdSshConfigException("SshConfigMatchUndecided", block.Place, block.Undecided, keyword.Name, value.Place) { Subject = block.Place };
            }

            _config.Add(keyword, value);
        }

        return block;
    }

    // A file included under a block that does not apply applies nowhere, whatever its own Host lines say.
    private static SshConfigBlock Within(SshConfigBlock outer, SshConfigBlock inner) =>
        !outer.Applies || !inner.Applies ? new SshConfigBlock(false) : outer.Undecided is not null ? outer : inner;

    private static IReadOnlyList<string> Arguments(SshConfigKeyword keyword, SshConfigLine line)
    {
        if (keyword.TakesRest)
        {
            // Of ProxyJump ssh reads no further than the first blank or comment.
            string rest = keyword.Name == "ProxyJump" ? line.Rest.Split(JumpEnd)[0] : line.Rest;
            return keyword.IsValid(rest) ? [rest] : throw new FormatException($"the argument '{rest}' of {keyword.Name} must be {keyword.Form}");
        }

        string? wrong = line.Arguments.FirstOrDefault(argument => !keyword.IsValid(argument));
        return line.Arguments.Count == 0 ? throw new FormatException($"the keyword {keyword.Name} has no argument")
            : line.Arguments.Count > 1 && !keyword.TakesSeveral ? throw new FormatException($"the keyword {keyword.Name} has more than one argument")
            : wrong is not null ? throw new FormatException($"the argument '{wrong}' of {keyword.Name} must be {keyword.Form}")
            : line.Arguments;
    }

    private void Include(SshConfigLine line, SshConfigValue value, int depth, SshConfigBlock block)
    {
        if (line.Arguments.Count == 0 || line.Arguments.Contains(""))
        {
            throw new FormatException("the keyword Include has an empty path");
        }

        foreach (string argument in line.Arguments)
        {
            string expanded = argument.StartsWith("~/", StringComparison.Ordinal) ? _query.HomeDirectory + argument[1..] : argument;
            string pattern = Path.IsPathFullyQualified(expanded) ? expanded : Path.Combine(_query.HomeDirectory, ".ssh", expanded);
            foreach (string path in _files.Glob(pattern))
            {
                if (depth + 1 > MaximumDepth || ++_fileCount > MaximumFiles)
                {
                    throw SshConfig.Invalid(value, $"files are included more than {MaximumDepth} deep or more than {MaximumFiles} in number");
                }

                File(path, depth + 1, block);
            }
        }
    }
}
