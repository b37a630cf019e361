using Grpc.Core;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Tests.Grpc;

public sealed class RpcErrorsTests
{
    [Theory]
    [InlineData("Access to the path '/data/full/blobs' is denied.")]
    [InlineData("the database failed: SQLite Error 19: 'not fully constrained'.")]
    public void A_failure_that_only_speaks_of_full_is_not_taken_for_a_full_disk(string message)
    {
        var refusal = RpcErrors.Failure(new IOException(message));
        Assert.Equal((StatusCode.Internal, "STORE_FAILED"), (refusal.StatusCode, refusal.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason));
    }
}
