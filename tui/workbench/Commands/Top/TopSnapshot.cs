using System.Text.Json.Nodes;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Top;

/// <summary>What <c>top</c> shows: the cluster at one moment.</summary>
/// <param name="Jobs">Those at workers, longest first; cut at <see cref="MaxJobs"/>.</param>
internal sealed record TopSnapshot(ClusterInfo Cluster, IReadOnlyList<WorkerInfo> Workers, IReadOnlyList<Job> Jobs)
{
    /// <summary>More than any screen has lines.</summary>
    public const int MaxJobs = 500;

    /// <summary>As one line of JSON, in the messages of the protocol.</summary>
    public string ToJson(DateTimeOffset at)
    {
        JsonArray Array(IEnumerable<Google.Protobuf.IMessage> messages) => [.. messages.Select(m => JsonNode.Parse(OutputFormat.Format(m)))];
        return new JsonObject
        {
            ["at"] = $"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}",
            ["cluster"] = JsonNode.Parse(OutputFormat.Format(Cluster)),
            ["workers"] = Array(Workers),
            ["jobs"] = Array(Jobs),
        }.ToJsonString();
    }
}
