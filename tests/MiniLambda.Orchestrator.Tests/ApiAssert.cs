using Grpc.Core;
using MiniLambda.Client;

namespace MiniLambda.Orchestrator.Tests;

internal static class ApiAssert
{
    /// <summary>The call must be refused with this status and machine-readable reason; answers the line for people.</summary>
    public static async Task<string> RefusedAsync(StatusCode status, string reason, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<ApiException>(call);
        Assert.Equal((status, reason), (refusal.Status, refusal.Reason));
        return refusal.Message;
    }
}
