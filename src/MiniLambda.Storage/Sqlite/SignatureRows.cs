using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Storage.Sqlite;

/// <summary>The signatures of a function's version, which stand in its row as JSON; empty text for none.</summary>
internal static partial class SignatureRows
{
    public static IReadOnlyList<FunctionSignature> Read(string text) =>
        text.Length == 0 ? [] : JsonSerializer.Deserialize(text, SignatureJson.Default.IReadOnlyListFunctionSignature)!;

    /// <summary>Adds signatures to a version that stands; one of a key takes the place of that key's last.</summary>
    public static FunctionVersion Add(SqliteSession session, FunctionVersion version, IReadOnlyList<FunctionSignature> signatures)
    {
        if (signatures.Count == 0)
            return Signed(version, version.Signatures);
        IReadOnlyList<FunctionSignature> all =
            [.. version.Signatures.Where(old => signatures.All(added => added.KeyId != old.KeyId)), .. signatures.DistinctBy(static added => added.KeyId)];
        session.Execute(
            "UPDATE functions SET signatures = $4 WHERE tenant = $1 AND name = $2 AND version = $3", version.Tenant, version.Name.Value, version.Version,
            JsonSerializer.Serialize(all, SignatureJson.Default.IReadOnlyListFunctionSignature));
        return Signed(version, all);
    }

    /// <summary>A version with its signatures and its tenant, of which placement knows too.</summary>
    public static FunctionVersion Signed(FunctionVersion version, IReadOnlyList<FunctionSignature> signatures) => signatures.Count == 0 && version.Tenant == version.Manifest.Tenant
        ? version
        : version with
        {
            Signatures = signatures,
            Manifest = version.Manifest with { Tenant = version.Tenant, Signers = [.. signatures.Select(static signature => signature.KeyId)] },
        };

    [JsonSerializable(typeof(IReadOnlyList<FunctionSignature>))]
    private sealed partial class SignatureJson : JsonSerializerContext;
}
