using Google.Protobuf;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Orchestrator.Secrets;

/// <summary>What a lease bears beyond what to run: secrets for this attempt alone, and who stands for the module.</summary>
internal sealed class LeaseTerms(SecretVault vault)
{
    /// <summary>Adds to a lease what its worker needs to judge and to run it.</summary>
    public OrchestratorMessage Complete(OrchestratorMessage message, FunctionVersion function, FunctionManifest manifest)
    {
        var lease = message.Lease;
        lease.Tenant = manifest.Tenant;
        if (function.Signatures.Count > 0)
            lease.Signatures.Add(function.Signatures.Select(Write));
        if (manifest.Secrets.Count > 0)
            AddSecrets(lease, manifest);
        return message;
    }

    public static ModuleSignature Write(FunctionSignature signature) => new()
    {
        KeyId = signature.KeyId,
        Signature = ByteString.CopyFrom(signature.Signature),
        ManifestDigest = signature.ManifestDigest,
    };

    private void AddSecrets(Lease lease, FunctionManifest manifest)
    {
        foreach (var (variable, name) in manifest.Secrets)
        {
            if (vault.Value(manifest.Tenant, name) is { } value)
                lease.Secrets[variable] = value;
            else
                lease.MissingSecrets.Add(name);
        }
    }
}
