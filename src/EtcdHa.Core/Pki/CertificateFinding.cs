namespace EtcdHa.Core.Pki;

/// <summary>Something wrong with a CA.</summary>
/// <param name="ErrorId">The error that says so, a key of <c>Errors.resx</c>.</param>
/// <param name="Text">What is wrong, in words, without the file's name.</param>
public sealed record CertificateFinding(string ErrorId, string Text);
