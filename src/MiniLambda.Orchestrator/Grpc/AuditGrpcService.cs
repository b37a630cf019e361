using System.Runtime.CompilerServices;
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
        MustBeRead(request);
        using var ending = lifetime.Link(context);
        await context.WriteResponseHeadersAsync(new Metadata { { "minilambda-stream", "open" } });
        await foreach (var entry in ReadAsync(request, Caller.Of(context), ending.Token))
            await responseStream.WriteAsync(entry, ending.Token);
    }

    /// <exception cref="RpcException">The request asks for what cannot be.</exception>
    internal static void MustBeRead(ReadAuditRequest request)
    {
        if (request.After < 0 || request.Last < 0)
            throw RpcErrors.Invalid("SETTING_OUT_OF_RANGE", "entries are numbered from 1, and the last so many cannot be fewer than 0");
    }

    /// <summary>As <see cref="Read"/>, whatever the face that it came by.</summary>
    internal async IAsyncEnumerable<AuditEntry> ReadAsync(ReadAuditRequest request, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var record in reader.ReadAsync(request.After, request.Last, request.Follow, cancellationToken))
        {
            // Whoever is confined to a tenant sees what those did who are confined to it too.
            if (caller.Scope is null || caller.Scope == record.Tenant)
                yield return Write(record);
        }
    }

    public override Task<VerifyAuditResponse> Verify(VerifyAuditRequest request, ServerCallContext context) =>
        VerifyAsync(request, context.CancellationToken);

    /// <summary>As <see cref="Verify"/>, whatever the face that it came by.</summary>
    internal async Task<VerifyAuditResponse> VerifyAsync(VerifyAuditRequest request, CancellationToken cancellationToken)
    {
        // It reads files, for as long as those are large.
        var verdict = await Task.Run(() => reader.Verify(request.Head.Trim().ToLowerInvariant()), cancellationToken);
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
