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
            return version;
        IReadOnlyList<FunctionSignature> all =
            [.. version.Signatures.Where(old => signatures.All(added => added.KeyId != old.KeyId)), .. signatures.DistinctBy(static added => added.KeyId)];
        session.Execute(
            "UPDATE functions SET signatures = $3 WHERE name = $1 AND version = $2", version.Name.Value, version.Version,
            JsonSerializer.Serialize(all, SignatureJson.Default.IReadOnlyListFunctionSignature));
        return Signed(version, all);
    }

    /// <summary>A version with its signatures, of which placement knows too.</summary>
    public static FunctionVersion Signed(FunctionVersion version, IReadOnlyList<FunctionSignature> signatures) => signatures.Count == 0
        ? version
        : version with
        {
            Signatures = signatures,
            Manifest = version.Manifest with { Signers = [.. signatures.Select(static signature => signature.KeyId)] },
        };

    [JsonSerializable(typeof(IReadOnlyList<FunctionSignature>))]
    private sealed partial class SignatureJson : JsonSerializerContext;
}
