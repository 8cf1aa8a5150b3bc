using System.Security;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Async;

/// <summary>Asks for passphrases through the pipeline, one question at a time.</summary>
/// <param name="pipeline">The command's pipeline.</param>
internal sealed class PipelineSecretPrompt(IPipeline pipeline) : ISshSecretPrompt
{
    /// <inheritdoc/>
    public Task<SecureString?> AskPassphraseAsync(string keyPath, bool isRepeated, CancellationToken cancellationToken) =>
        pipeline.AskSecretAsync(isRepeated ? $"That was wrong. Passphrase of {keyPath}" : $"Passphrase of {keyPath}").WaitAsync(cancellationToken);
}
