namespace EtcdHa.Core.Planning;

/// <summary>A step compared with what is there.</summary>
/// <param name="Step">The wanted state.</param>
/// <param name="Path">The absolute path on this host, or the unit.</param>
/// <param name="Owner"><c>user:group</c> on this host; null for a unit.</param>
/// <param name="Change">What applying it does; <see cref="EtcdChange.Unchanged"/>: nothing.</param>
/// <param name="Reason">Why; empty when nothing is to be done.</param>
public sealed record StepChange(HostStep Step, string Path, string? Owner, EtcdChange Change, string Reason)
{
    /// <summary>The record that travels the pipeline once the step was applied.</summary>
    public EtcdStepResult ToResult() => new()
    {
        Action = Step.Action,
        Target = Path,
        Change = Change,
        Reason = Reason,
        Owner = Owner,
        Mode = Mode,
        Sha256 = (Step as FileStep)?.Sha256,
    };

    /// <summary>The mode wanted, in octal; null for a unit.</summary>
    internal string? Mode => Step switch
    {
        FileStep file => Octal(file.Mode),
        PendingFileStep file => Octal(file.Mode),
        DirectoryStep directory => Octal(directory.Mode),
        _ => null,
    };

    /// <summary>Permission bits as <c>0644</c>.</summary>
    /// <param name="mode">The bits.</param>
    internal static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    /// <summary>Permission bits from octal digits.</summary>
    /// <param name="digits">As <c>stat -c %a</c> prints them.</param>
    internal static int FromOctal(string digits)
        => digits.Length is > 0 and <= 5 && digits.All(c => c is >= '0' and <= '7') ? Convert.ToInt32(digits, 8) : 0;
}
