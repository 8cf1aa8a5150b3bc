namespace EtcdHa;

/// <summary>
/// One extra argument or environment variable of etcd: a name and a free-text value.
/// PowerShell converts a string <c>name=value</c>; only the first <c>=</c> separates.
/// </summary>
public sealed record EtcdNameValue
{
    /// <summary>Creates a pair.</summary>
    /// <param name="name">The flag's name without dashes, or the variable's name.</param>
    /// <param name="value">The value; may be empty.</param>
    public EtcdNameValue(string name, string value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>Creates a pair from <c>name=value</c>.</summary>
    /// <param name="nameAndValue">The text; without <c>=</c> the value is empty.</param>
    public EtcdNameValue(string nameAndValue)
    {
        ArgumentNullException.ThrowIfNull(nameAndValue);
        int separator = nameAndValue.IndexOf('=', StringComparison.Ordinal);
        Name = separator < 0 ? nameAndValue : nameAndValue[..separator];
        Value = separator < 0 ? "" : nameAndValue[(separator + 1)..];
    }

    /// <summary>The flag's name without dashes, or the variable's name.</summary>
    public string Name { get; }

    /// <summary>The value; may be empty.</summary>
    public string Value { get; }

    /// <summary><c>name=value</c>.</summary>
    public override string ToString() => $"{Name}={Value}";
}
