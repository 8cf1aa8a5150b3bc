using System.Management.Automation;
using EtcdHa.Core.Topology;

namespace EtcdHa.Completion;

/// <summary>Lets a parameter of <see cref="EtcdKeyAlgorithm"/> also take kubeadm's own names, such as <c>RSA-2048</c> or <c>ecdsa-p256</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyAlgorithmTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Translates kubeadm's name; the enum's own names and values are left to PowerShell's conversion.</summary>
    /// <param name="engineIntrinsics">Not used.</param>
    /// <param name="inputData">What the user gave.</param>
    /// <exception cref="ArgumentTransformationMetadataException">A text that is neither.</exception>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (Unwrap(inputData) is not string text)
        {
            return inputData;
        }

        return KeyAlgorithmNames.Find(text.ToUpperInvariant())
            ?? (Enum.TryParse(text, ignoreCase: true, out EtcdKeyAlgorithm algorithm) && Enum.IsDefined(algorithm) ? algorithm : throw Unknown(text));
    }

    private static ArgumentTransformationMetadataException Unknown(string text) =>
        new($"'{text}' is not a key algorithm. Write one of {string.Join(", ", KeyAlgorithmNames.All)}.");

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
