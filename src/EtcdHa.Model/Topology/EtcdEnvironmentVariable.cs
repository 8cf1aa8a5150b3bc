namespace EtcdHa;

/// <summary>
/// An environment variable of the etcd container: a name and either a free-text value or the path of a field of the pod, such as
/// <c>status.podIP</c>, which the kubelet looks up when it starts the pod.
/// PowerShell converts a string <c>NAME=value</c>, of which only the first <c>=</c> separates, and a hashtable
/// <c>@{ Name = 'POD_IP'; FieldPath = 'status.podIP' }</c>.
/// </summary>
public sealed record EtcdEnvironmentVariable
{
    /// <summary>Creates a variable without name, for PowerShell's conversion of a hashtable.</summary>
    public EtcdEnvironmentVariable()
    {
    }

    /// <summary>Creates a variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; may be empty.</param>
    public EtcdEnvironmentVariable(string name, string value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>Creates a variable from <c>NAME=value</c>.</summary>
    /// <param name="nameAndValue">The text; without <c>=</c> the value is empty.</param>
    public EtcdEnvironmentVariable(string nameAndValue)
    {
        var pair = new EtcdNameValue(nameAndValue);
        Name = pair.Name;
        Value = pair.Value;
    }

    /// <summary>The variable's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The value; empty when <see cref="FieldPath"/> gives it.</summary>
    public string Value { get; init; } = "";

    /// <summary>The field of the pod whose value it takes (kubeadm's <c>valueFrom.fieldRef.fieldPath</c>), or null.</summary>
    public string? FieldPath { get; init; }

    /// <summary><c>NAME=value</c>, or <c>NAME=(status.podIP)</c> for a field.</summary>
    public override string ToString() => FieldPath is null ? $"{Name}={Value}" : $"{Name}=({FieldPath})";
}
