using System.Globalization;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Streams;

/// <summary>Serves answers that go on.</summary>
internal sealed class LiveCall(StreamLifetime lifetime, FailureAnswers failures)
{
    /// <summary>Runs a handler until the client goes, its token ends or the orchestrator stops; what fails then is told within the answer.</summary>
    public async Task RunAsync(HttpContext context, LiveAnswer answer, Func<CancellationToken, Task> handle)
    {
        using var ending = lifetime.Link(context);
        try
        {
            await handle(ending.Token);
        }
        catch (Exception e) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            failures.Note(context, e);
            await answer.FailAsync(
                e is OperationCanceledException && Caller.Of(context) is { Ended.IsCancellationRequested: true } caller ? caller.WhyEnded().ToProblem() : HttpErrors.Of(e));
        }
    }

    /// <summary>What a client comes back after: its <c>Last-Event-ID</c>, else the parameter <c>after</c>; null when it says neither.</summary>
    /// <exception cref="ProblemException">It is no place in the log.</exception>
    public static long? After(HttpRequest request)
    {
        var text = request.Headers["last-event-id"].ToString() is { Length: > 0 } last ? last : request.Query["after"].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw ProblemException.NotReadable($"'{Printable.Of(text)}' is not an id that this stream gave: they are whole numbers");
    }
}
