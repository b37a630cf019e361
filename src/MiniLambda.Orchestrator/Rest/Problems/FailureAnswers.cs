using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Rest.Problems;

/// <summary>Answers requests that failed; what is nobody's fault but ours is logged.</summary>
internal sealed partial class FailureAnswers(ILogger<FailureAnswers> logger)
{
    /// <summary>Tells a failure as a problem; where the answer is under way already the connection is cut, so that nobody takes a part for the whole.</summary>
    public async Task AnswerAsync(HttpContext context, Exception failure)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return;
        if (failure is OperationCanceledException && Caller.Of(context) is { Ended.IsCancellationRequested: true } caller)
            failure = caller.WhyEnded().ToException();
        Note(context, failure);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        try
        {
            await HttpErrors.Of(failure).WriteAsync(context);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            // The client went away.
        }
    }

    /// <summary>Logs a failure, if it is one of ours.</summary>
    public void Note(HttpContext context, Exception failure)
    {
        var method = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}";
        if (failure is BlobCorruptException)
            LogDamaged(failure.Message);
        else if (failure is IOException and not BadHttpRequestException)
            LogStoreFailed(method, failure);
        else if (failure is not (ProblemException or RefusedException or RpcException or BadHttpRequestException or FormatException or OperationCanceledException or ObjectDisposedException))
            LogUnexpected(method, failure);
    }

    [LoggerMessage(1151, LogLevel.Error, "{Problem}")]
    private partial void LogDamaged(string problem);

    [LoggerMessage(1152, LogLevel.Error, "{Method}: the store failed")]
    private partial void LogStoreFailed(string method, Exception exception);

    [LoggerMessage(1153, LogLevel.Error, "{Method} failed unexpectedly")]
    private partial void LogUnexpected(string method, Exception exception);
}
