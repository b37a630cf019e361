using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>The audit log over gRPC.</summary>
internal sealed class AuditGrpcService(AuditReader reader, StreamLifetime lifetime) : AuditService.AuditServiceBase
{
    public override async Task Read(ReadAuditRequest request, IServerStreamWriter<AuditEntry> responseStream, ServerCallContext context)
    {
        if (request.After < 0 || request.Last < 0)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", "entries are numbered from 1, and the last so many cannot be fewer than 0");
        var caller = Caller.Of(context);
        using var ending = lifetime.Link(context);
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        await foreach (var record in reader.ReadAsync(request.After, request.Last, request.Follow, ending.Token))
        {
            // Whoever is confined to a tenant sees what those did who are confined to it too.
            if (caller.Scope is null || caller.Scope == record.Tenant)
                await responseStream.WriteAsync(Write(record), ending.Token);
        }
    }

    public override async Task<VerifyAuditResponse> Verify(VerifyAuditRequest request, ServerCallContext context)
    {
        // It reads files, for as long as those are large.
        var verdict = await Task.Run(() => reader.Verify(request.Head.Trim().ToLowerInvariant()), context.CancellationToken);
        return new VerifyAuditResponse
        {
            Intact = verdict.IsIntact,
            Entries = verdict.Entries,
            BrokenAt = verdict.BrokenAt,
            Problem = verdict.Problem,
            Head = verdict.Head,
        };
    }

    private static AuditEntry Write(AuditRecord record) => new()
    {
        Number = record.Number,
        At = record.At.ToTimestamp(),
        Action = record.Action,
        Outcome = (AuditEntry.Types.Outcome)record.Outcome,
        Actor = record.Actor,
        Tenant = record.Tenant,
        Peer = record.Peer,
        Target = record.Target,
        Detail = record.Detail,
        Hash = record.Hash,
    };
}
