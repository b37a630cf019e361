using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Streams;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>What jobs write to stderr.</summary>
internal sealed class LogRoute(JobReading reading, LiveCall live, OrchestratorOptions options, TimeProvider clock) : IRestResource
{
    public void Map(RestRoutes routes) => routes.Get("/jobs/{id}/logs", "JobService/Logs", new Operation("getLogs", "jobs", "What a job writes to stderr, over all its attempts"), ReadAsync)
        .Says("As text; with Accept: text/event-stream as server-sent events, which end with an event named end; with Accept: application/x-ndjson as lines of JSON.")
        .Query("follow", JsonSchemaType.Boolean, "Go on until the job has its outcome; usual for server-sent events.")
        .Query("after", JsonSchemaType.Integer, "The position of the last piece that was seen; 0 from the start.")
        .Header("Last-Event-ID", "As after; a browser sends it by itself when it comes back.")
        .Gives(
            StatusCodes.Status200OK, "The log.", new Content("text/plain", null), new Content("text/event-stream", JobLogChunk.Descriptor),
            new Content("application/x-ndjson", JobLogChunk.Descriptor))
        .Gives(StatusCodes.Status204NoContent, "There is nothing after the last event, nor will there be.");

    private async Task ReadAsync(HttpContext context)
    {
        var (caller, id, format) = (
            Caller.Of(context), context.Route("id"), LiveFormats.Choose(context.Request, LiveFormat.Text, LiveFormat.Events, LiveFormat.Lines));
        var (after, follow) = (LiveCall.After(context.Request), context.Follows(usually: format == LiveFormat.Events));
        var job = await reading.FindAsync(caller, id, context.RequestAborted);
        // A browser comes back after every end, and this is how it is told not to.
        if (format == LiveFormat.Events && after is not null && job.Status.IsFinal && !await HasMoreAsync(caller, id, after.Value, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var answer = new LiveAnswer(context, format, options.WatcherPatience, clock);
        await live.RunAsync(context, answer, async ending =>
        {
            await answer.OpenAsync(ending);
            await answer.PumpAsync(
                token => reading.ReadLogAsync(caller, id, after ?? 0, follow, token),
                (piece, token) =>
                {
                    Add(answer, format, piece);
                    return answer.FlushAsync(token);
                },
                ending);
            job = await reading.FindAsync(caller, id, ending);
            if (job.Status.IsFinal)
                answer.AddEnd(JobMapping.Write(job));
        });
    }

    private async Task<bool> HasMoreAsync(Caller caller, string id, long after, CancellationToken cancellationToken)
    {
        await foreach (var _ in reading.ReadLogAsync(caller, id, after, follow: false, cancellationToken))
            return true;
        return false;
    }

    private static void Add(LiveAnswer answer, LiveFormat format, LogChunk piece)
    {
        if (format == LiveFormat.Text)
            answer.Add(piece.Data.Span);
        else
            answer.Add(piece.Position, JobMapping.Write(piece));
    }
}
