using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Completion;

/// <summary>A cmdlet with the parameters under test.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Parameter")]
public sealed class TestParameterCommand : PSCmdlet
{
    [Parameter]
    [KeyAlgorithmTransformation]
    public EtcdKeyAlgorithm KeyAlgorithm { get; set; }

    [Parameter]
    [DurationTransformation]
    public TimeSpan Duration { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(KubernetesVersionCompleter))]
    public string KubernetesVersion { get; set; } = "";

    protected override void ProcessRecord()
    {
        WriteObject(KeyAlgorithm);
        WriteObject(Duration);
    }
}

public sealed class ParameterTests : IDisposable
{
    private readonly PowerShellSession _session = new(import: true, typeof(TestParameterCommand));

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData("RSA-2048", EtcdKeyAlgorithm.Rsa2048)]
    [InlineData("rsa-4096", EtcdKeyAlgorithm.Rsa4096)]
    [InlineData("ECDSA-P384", EtcdKeyAlgorithm.EcdsaP384)]
    [InlineData("EcdsaP256", EtcdKeyAlgorithm.EcdsaP256)]
    public void A_key_algorithm_is_taken_by_kubeadms_name_and_by_its_own(string text, EtcdKeyAlgorithm expected) =>
        Assert.Equal(expected, _session.Invoke($"Test-Parameter -KeyAlgorithm '{text}'").RequireNoErrors().Output[0].BaseObject);

    [Fact]
    public void A_wrong_key_algorithm_is_refused_with_the_valid_ones_named() =>
        Assert.Contains("ECDSA-P256", Refusal("Test-Parameter -KeyAlgorithm DSA"));

    [Theory]
    [InlineData("8760h", "365.00:00:00")]
    [InlineData("10s", "00:00:10")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("00:00:10", "00:00:10")]
    [InlineData("365.00:00:00", "365.00:00:00")]
    public void A_duration_is_taken_in_kubeadms_form_and_in_NETs(string text, string expected) =>
        Assert.All(
            new[] { text, $"'{text}'", $"([TimeSpan] '{expected}')" },
            argument => Assert.Equal(
                TimeSpan.Parse(expected, null), _session.Invoke($"Test-Parameter -Duration {argument}").RequireNoErrors().Output[1].BaseObject));

    [Theory]
    [InlineData("30")]
    [InlineData("'30'")]
    [InlineData("1.5")]
    [InlineData("365d")]
    [InlineData("(365)")]
    [InlineData("([short] 10)")]
    public void A_duration_without_a_unit_is_refused_because_PowerShell_would_count_ticks(string argument) =>
        Assert.Contains("has no unit", Refusal($"Test-Parameter -Duration {argument}"));

    [Fact]
    public void Kubernetes_versions_complete_newest_first()
    {
        string[] all = Complete("Test-Parameter -KubernetesVersion ");
        Assert.True(all.Length > 3);
        Assert.All(all, version => Assert.Matches(@"^v1\.\d+\.\d+$", version));
        Assert.Equal(all.OrderByDescending(version => Version.Parse(version[1..])), all);
        Assert.Equal(all.Where(v => v.StartsWith("v1.34", StringComparison.Ordinal)), Complete("Test-Parameter -KubernetesVersion 1.34"));
    }

    private string Refusal(string script) => Assert.Single(_session.Invoke(script).Errors).Exception.Message;

    private string[] Complete(string line)
    {
        using var shell = PowerShell.Create(_session.Runspace);
        return [.. CommandCompletion.CompleteInput(line, line.Length, null, shell).CompletionMatches.Select(match => match.CompletionText)];
    }
}
