using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary>The contexts as JSON. Tokens are left out.</summary>
/// <param name="Current">The name of the one in use; empty when none is.</param>
internal sealed record ContextListJson(string Current, IReadOnlyList<ContextEntryJson> Contexts)
{
    public string Write() => JsonSerializer.Serialize(this, ContextJson.Default.ContextListJson);
}

/// <summary>One context as JSON.</summary>
internal sealed record ContextEntryJson(string Name, string Server);

/// <summary>The cluster that commands go to, as JSON.</summary>
/// <param name="Context">Empty when a flag or the environment names the server.</param>
/// <param name="Authority">Fingerprint of the one authority that is trusted; empty for those of the system, or for plain text.</param>
/// <param name="Cluster">What the orchestrator said of itself, as <c>ClusterInfo</c>; null when it did not answer.</param>
internal sealed record ContextShowJson(string Context, string Server, string Authority, JsonElement? Cluster)
{
    public string Write() => JsonSerializer.Serialize(this, ContextJson.Default.ContextShowJson);
}

/// <summary>How contexts are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ContextListJson))]
[JsonSerializable(typeof(ContextShowJson))]
internal sealed partial class ContextJson : JsonSerializerContext;
