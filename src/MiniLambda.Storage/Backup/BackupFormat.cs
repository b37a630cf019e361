using System.Text.Json.Serialization;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Backup;

/// <summary>
/// A backup is one tar file (POSIX pax): <c>backup.json</c> says what it is, <c>minilambda.db</c> is the database at one moment, <c>blobs/DIGEST</c> are
/// the blobs that it names, and <c>inventory.json</c> at the end says what must have come before, so that a file that was cut off is none.
/// </summary>
internal static class BackupFormat
{
    public const int Version = 1;

    public const string Header = "backup.json";
    public const string Database = "minilambda.db";
    public const string BlobPrefix = "blobs/";
    public const string Inventory = "inventory.json";

    /// <summary>Larger texts are none of this program's.</summary>
    public const long MaxTextBytes = 64 << 20;

    public static string NameOf(BlobDigest blob) => BlobPrefix + blob.Hex;
}

/// <summary>The first entry.</summary>
/// <param name="Format">See <see cref="BackupFormat.Version"/>.</param>
/// <param name="MadeAt">When the database was copied.</param>
internal sealed record BackupHeader(int Format, DateTimeOffset MadeAt, long Schema);

/// <summary>The last entry.</summary>
/// <param name="DatabaseDigest">SHA-256 of the database's file.</param>
/// <param name="Blobs">How many entries there are.</param>
/// <param name="Lacking">Blobs that the database names and that could not be copied: they were missing or damaged.</param>
internal sealed record BackupInventory(string DatabaseDigest, long Blobs, IReadOnlyList<string> Lacking);

/// <summary>What a backup holds, or what was restored of one.</summary>
/// <param name="MadeAt">When the database was copied.</param>
/// <param name="Blobs">How many, without those that lack.</param>
/// <param name="Lacking">The digests of blobs that the database names and that were missing or damaged when the backup was made.</param>
public sealed record BackupSummary(DateTimeOffset MadeAt, long Jobs, long Functions, long Blobs, long Bytes, IReadOnlyList<string> Lacking);

/// <summary>How the texts of a backup are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupHeader))]
[JsonSerializable(typeof(BackupInventory))]
internal sealed partial class BackupJson : JsonSerializerContext;
