using System.Globalization;
using System.Management.Automation;
using EtcdHa.Core.Topology;

namespace EtcdHa.Completion;

/// <summary>
/// Lets a parameter of <see cref="TimeSpan"/> also take durations as kubeadm writes them, such as <c>8760h</c> or <c>1h30m</c>.
/// A bare number is refused: PowerShell would take it for ticks of 100 ns, which nobody means.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Translates kubeadm's form and .NET's, <c>d.hh:mm:ss</c>; a TimeSpan stays as it is.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What the user gave.</param>
    /// <exception cref="ArgumentTransformationMetadataException">A number without a unit, or a text of neither form.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is null or TimeSpan)
        {
            return inputData;
        }

        // An unquoted 10s is a number to PowerShell (s: a short); converted to a string, an argument is again what was typed.
        string text = LanguagePrimitives.ConvertTo<string>(inputData).Trim();
        if (GoDuration.TryParse(text, out TimeSpan duration))
        {
            return duration;
        }

        if (value is ValueType || IsNumber(text))
        {
            throw new ArgumentTransformationMetadataException($"'{text}' has no unit. {Forms}");
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time)
            ? time
            : throw new ArgumentTransformationMetadataException($"'{text}' is not a duration. {Forms}");
    }

    private const string Forms = "Write a duration such as 8760h, 1h30m or 365.00:00:00 (days.hours:minutes:seconds).";

    private static bool IsNumber(string text) => text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.') && text.Count(c => c == '.') <= 1;
}
