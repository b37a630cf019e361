using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>What jobs read and wrote.</summary>
internal sealed class JobContentRoutes(JobReading reading) : IRestResource
{
    public void Map(RestRoutes routes)
    {
        routes.Get("/jobs/{id}/input", "JobService/Input", new Operation("getInput", "jobs", "What a job reads from stdin"), InputAsync)
            .GivesBytes(ByteAnswer.ContentType);
        routes.Get("/jobs/{id}/result", "JobService/Result", new Operation("getResult", "jobs", "What a finished job wrote to stdout"), ResultAsync)
            .GivesBytes(ByteAnswer.ContentType);
    }

    /// <summary>Answers a payload, or a part of it.</summary>
    public static Task SendAsync(HttpContext context, JobReading reading, Payload payload) => ByteAnswer.SendAsync(
        context, payload.Blob.IsEmpty ? BlobDigest.Of(payload.Inline.Span) : payload.Blob, payload.Size, ByteAnswer.ContentType,
        (from, length, send) => reading.SendAsync(payload, from, send, context.RequestAborted, length));

    private async Task InputAsync(HttpContext context) =>
        await SendAsync(context, reading, await reading.InputAsync(Caller.Of(context), context.Route("id"), 0, context.RequestAborted));

    private async Task ResultAsync(HttpContext context) =>
        await SendAsync(context, reading, await reading.ResultAsync(Caller.Of(context), context.Route("id"), 0, context.RequestAborted));
}
