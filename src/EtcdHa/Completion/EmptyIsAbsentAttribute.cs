using System.Management.Automation;

namespace EtcdHa.Completion;

/// <summary>Takes an empty text as not given: a cell that is empty in a CSV file arrives as one, and its column binds for every row.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmptyIsAbsentAttribute : ArgumentTransformationAttribute
{
    /// <summary>Gives null for an empty text, or one of spaces only; anything else is left to PowerShell's conversion.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What the user gave.</param>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text && string.IsNullOrWhiteSpace(text) ? null : inputData;
}
