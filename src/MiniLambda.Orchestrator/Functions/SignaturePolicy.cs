using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Orchestrator.Functions;

/// <summary>Which functions must be signed, and by whom.</summary>
internal sealed class SignaturePolicy(OrchestratorOptions options)
{
    /// <summary>Signatures of one version.</summary>
    private const int MaxSignatures = 16;

    private readonly TrustedSigners _signers = new(options.TrustSigners);

    /// <summary>The name of a signer; empty for a key that is not known.</summary>
    public string NameOf(string keyId) => _signers.NameOf(keyId);

    /// <summary>The manifest with what the cluster's owner asks of a function of its name.</summary>
    public FunctionManifest Apply(FunctionManifest manifest) =>
        options.TrustRequireSignature.Count > 0 && !manifest.MustBeSigned && IsRequired(manifest.Name) ? manifest with { MustBeSigned = true } : manifest;

    /// <summary>Checks the signatures of a push; answers those to keep, or why it is refused.</summary>
    public (IReadOnlyList<FunctionSignature> Kept, string Reason, string Message) Check(
        FunctionName name, BlobDigest module, string manifest, IReadOnlyCollection<ModuleSignature> signatures)
    {
        if (signatures.Count > MaxSignatures)
            return Refused("SIGNATURE_WRONG", $"there are {signatures.Count} signatures; at most {MaxSignatures} are kept");
        var statement = new ModuleStatement(name.Value, module.Hex, ModuleStatement.DigestOf(manifest));
        var isTrusted = false;
        foreach (var signature in signatures)
        {
            if (signature.ManifestDigest != statement.ManifestDigest)
                return Refused("SIGNATURE_WRONG", $"the signature of key {Short(signature.KeyId)} is for another manifest of '{name}': sign what is pushed");
            // Of a key that is not known here a worker may know more.
            if (_signers.NameOf(signature.KeyId).Length == 0)
                continue;
            if (_signers.Verify(signature.KeyId, statement, signature.Signature.Span) is not { })
                return Refused("SIGNATURE_WRONG", $"the signature of '{_signers.NameOf(signature.KeyId)}' does not fit function '{name}', its module and its manifest");
            isTrusted = true;
        }

        if (!isTrusted && IsRequired(name))
        {
            return signatures.Count == 0
                ? Refused("SIGNATURE_MISSING", $"function '{name}' must be signed here: push it with --sign KEYFILE")
                : Refused("SIGNATURE_WRONG", $"function '{name}' must be signed by a signer of this cluster; the {(signatures.Count == 1 ? "key" : "keys")} {string.Join(", ", signatures.Select(s => Short(s.KeyId)))} {(signatures.Count == 1 ? "is" : "are")} not known here");
        }

        return ([.. signatures.Where(static s => IsKeyId(s.KeyId)).Select(static s => new FunctionSignature(s.KeyId, s.Signature.ToByteArray(), s.ManifestDigest))], "", "");
    }

    private bool IsRequired(FunctionName name) => options.TrustRequireSignature.Count > 0 && FunctionPatterns.Matches(options.TrustRequireSignature, name.Value);

    private static bool IsKeyId(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static string Short(string keyId) => IsKeyId(keyId) ? keyId[..16] : "of no proper id";

    private static (IReadOnlyList<FunctionSignature>, string, string) Refused(string reason, string message) => ([], reason, message);
}
