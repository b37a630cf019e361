using System.Text.Json.Serialization;

namespace MiniLambda.Domain.Scheduling;

/// <summary>How a worker was chosen for an attempt, as it was at that moment.</summary>
/// <param name="Compared">The workers with a free slot that were compared.</param>
/// <param name="Eligible">How many connected workers could have taken the job, busy ones included.</param>
/// <param name="Refusals">Why some of the others could not.</param>
/// <param name="Refused">How many could not.</param>
public sealed record PlacementRecord(
    [property: JsonPropertyName("c")] IReadOnlyList<PlacementCandidate> Compared, [property: JsonPropertyName("e")] int Eligible,
    [property: JsonPropertyName("r")] IReadOnlyList<string> Refusals, [property: JsonPropertyName("n")] int Refused);

/// <summary>A worker that was compared with others.</summary>
/// <param name="Score">Higher is better; see <see cref="Placement.Score"/>.</param>
/// <param name="FreeSlots">Its free slots.</param>
/// <param name="HasModule">Whether it had the module compiled.</param>
public sealed record PlacementCandidate(
    [property: JsonPropertyName("w")] string Worker, [property: JsonPropertyName("s")] double Score, [property: JsonPropertyName("f")] int FreeSlots,
    [property: JsonPropertyName("m")] bool HasModule);

/// <summary>How placement records stand in the store: short names, since each attempt has one.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(PlacementRecord))]
public sealed partial class PlacementJson : JsonSerializerContext;
