using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Streams;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>The audit log.</summary>
internal sealed class AuditRoutes(AuditGrpcService audit, LiveCall live, OrchestratorOptions options, TimeProvider clock) : IRestResource
{
    private const string Tag = "audit";

    public void Map(RestRoutes routes)
    {
        routes.Get("/audit", "AuditService/Read", new Operation("readAudit", Tag, "Who did what, from where, and what was refused, in order"), ReadAsync)
            .Says("As lines of JSON; with Accept: text/event-stream as server-sent events, whose ids are the entries' numbers.")
            .Query("after", JsonSchemaType.Integer, "Entries with larger numbers; 0 from the oldest that is kept.")
            .Query("last", JsonSchemaType.Integer, "Only the last so many of those that stand now.")
            .Query("follow", JsonSchemaType.Boolean, "Go on with what is written later; usual for server-sent events.")
            .Header("Last-Event-ID", "As after; a browser sends it by itself when it comes back.")
            .Gives(
                StatusCodes.Status200OK, "The entries.", new Content("application/x-ndjson", AuditEntry.Descriptor), new Content("text/event-stream", AuditEntry.Descriptor));
        routes.Get("/audit/verify", "AuditService/Verify", new Operation("verifyAudit", Tag, "Whether the log is as it was written"), VerifyAsync)
            .Query(VerifyAuditRequest.Descriptor).Gives(VerifyAuditResponse.Descriptor);
    }

    private async Task ReadAsync(HttpContext context)
    {
        var format = LiveFormats.Choose(context.Request, LiveFormat.Lines, LiveFormat.Events);
        var request = new ReadAuditRequest { After = LiveCall.After(context.Request) ?? 0, Follow = context.Follows(usually: format == LiveFormat.Events) };
        if (context.Request.Query.ContainsKey("last"))
            request.Last = LastOf(context);
        AuditGrpcService.MustBeRead(request);
        var answer = new LiveAnswer(context, format, options.WatcherPatience, clock);
        await live.RunAsync(context, answer, async ending =>
        {
            await answer.OpenAsync(ending);
            await answer.PumpAsync(
                token => audit.ReadAsync(request, Caller.Of(context), token),
                (entry, token) =>
                {
                    answer.Add(entry.Number, entry);
                    return answer.FlushAsync(token);
                },
                ending);
        });
    }

    private async Task VerifyAsync(HttpContext context) =>
        await ProtoJson.WriteAsync(context, await audit.VerifyAsync(QueryFields.Read<VerifyAuditRequest>(context), context.RequestAborted));

    private static int LastOf(HttpContext context)
    {
        // By the field's own rules; the others of the query are read otherwise.
        var only = new ReadAuditRequest();
        QueryFields.Fill(only, new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues> { ["last"] = context.Request.Query["last"] }));
        return only.Last;
    }
}
