using System.Net;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;
using Role = MiniLambda.Domain.Access.Role;

namespace MiniLambda.Orchestrator.Enrolment;

/// <summary>Takes workers in: by a join token once, by their certificate from then on.</summary>
internal sealed partial class NodeEnrolment(
    IEnrolmentStore store, NodeRegistry nodes, ClusterIdentity identity, Fleet fleet, AttemptLimits attempts, AuditLog audit, OrchestratorOptions options,
    TimeProvider clock, ILogger<NodeEnrolment> logger)
{
    /// <summary>A worker that was off may come back so long after its certificate ended.</summary>
    public static readonly TimeSpan RenewWithin = TimeSpan.FromDays(90);

    // What is compared with when there is no such token, so that nobody learns by the time it takes which there are.
    private readonly byte[] _noKey = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <exception cref="RpcException">JOIN_REFUSED, WORKER_NAME_IN_USE, PROTOCOL_ERROR, TOO_MANY_ATTEMPTS, NO_AUTHORITY.</exception>
    public async Task<WorkerCertificate> JoinAsync(JoinRequest request, IPAddress address, CancellationToken cancellationToken)
    {
        var (authority, csr) = Check(request.Name, request.CertificateRequest, address);
        var token = await store.FindTokenAsync(request.TokenId, cancellationToken);
        var holds = JoinProof.Holds(
            request.Proof.Span, token?.Key ?? _noKey, request.TokenId, request.Name, request.CertificateRequest.Span, identity.Pinned!.Fingerprint);
        if (token is null || !holds)
            throw Refused("worker.join", request.Name, address, token is null ? "no such join token" : "wrong proof");
        if (fleet.IsConnected(request.Name) && !nodes.Stands(request.Name))
            throw NameInUse(request.Name);
        var now = clock.GetUtcNow();
        var record = new NodeRecord(request.Name, csr.KeyInfo, null, token.Labels, now, token.Id, now + options.NodeCertificateLifetime, null);
        switch (await nodes.JoinAsync(token.Id, record))
        {
            case EnrolmentAnswer.TokenSpent:
                throw Refused("worker.join", request.Name, address, "the join token is spent or over");
            case EnrolmentAnswer.NameInUse:
                throw NameInUse(request.Name);
        }

        LogJoined(request.Name, token.Id);
        audit.Record("worker.join", AuditOutcome.Done, null, $"{address}", request.Name, $"with join token {token.Id}");
        return Issue(authority, csr, request.Name, now);
    }

    /// <exception cref="RpcException">JOIN_REFUSED, PROTOCOL_ERROR, TOO_MANY_ATTEMPTS, NO_AUTHORITY.</exception>
    public async Task<WorkerCertificate> RenewAsync(RenewRequest request, IPAddress address)
    {
        var (authority, csr) = Check(request.Name, request.CertificateRequest, address);
        var now = clock.GetUtcNow();
        if (nodes.Find(request.Name) is not { Record: { RevokedAt: null } record } node)
            throw Refused("worker.renew", request.Name, address, "no worker of that name stands");
        if (now > record.CertifiedUntil + RenewWithin)
            throw Refused("worker.renew", request.Name, address, $"its last certificate ended {record.CertifiedUntil:u}");
        DateTimeOffset? at = request.At is { Seconds: > 0 and < 1L << 36 } told ? DateTimeOffset.FromUnixTimeSeconds(told.Seconds) : null;
        if (at is null || (now - at.Value).Duration() > RenewalProof.ClockSlack)
            throw Refused("worker.renew", request.Name, address, "its clock differs too much");
        if (!new[] { record.PublicKey, record.NextKey }.OfType<byte[]>().Any(Holds))
            throw Refused("worker.renew", request.Name, address, "wrong proof");
        if (!await nodes.RenewAsync(node, csr.KeyInfo, now + options.NodeCertificateLifetime))
            throw Refused("worker.renew", request.Name, address, "it was removed");
        audit.Record("worker.renew", AuditOutcome.Done, null, $"{address}", request.Name, "by its last key");
        return Issue(authority, csr, request.Name, now);

        bool Holds(byte[] key) => RenewalProof.Holds(
            request.Signature.Span, key, request.Name, request.CertificateRequest.Span, identity.Pinned!.Fingerprint, at.Value);
    }

    /// <summary>A connected worker asks for another certificate. Null when it has none, or its request is none.</summary>
    public async Task<WorkerCertificate?> RenewAsync(string worker, ReadOnlyMemory<byte> request)
    {
        var now = clock.GetUtcNow();
        return identity.Authority is { } authority && nodes.Find(worker) is { } node && WorkerRequest.TryRead(request.Span) is { } csr
            && await nodes.RenewAsync(node, csr.KeyInfo, now + options.NodeCertificateLifetime) ? Issue(authority, csr, worker, now) : null;
    }

    /// <summary>Whether a caller may be the worker that it says it is; what its join token made it bear wins over what it says of itself.</summary>
    /// <exception cref="RpcException">WORKER_NAME_MISMATCH, WORKER_NAME_IN_USE.</exception>
    public WorkerDescription Admit(Caller caller, WorkerDescription said)
    {
        if (caller.Role != Role.Worker)
            // Over plain text nobody can show a certificate: all who bear the token are alike.
            return identity.Authority is not null && nodes.Stands(said.Name) ? throw NameInUse(said.Name) : said;
        if (caller.Name != NodeCertificates.Prefix + said.Name)
        {
            throw RpcErrors.Create(
                StatusCode.PermissionDenied, "WORKER_NAME_MISMATCH", $"the certificate is of {caller.Name[NodeCertificates.Prefix.Length..]}, not of '{said.Name}'");
        }

        if (nodes.Find(said.Name) is not { Record.Labels.Count: > 0 } node)
            return said;
        var labels = new Dictionary<string, string>(said.Labels);
        foreach (var (key, value) in node.Record.Labels)
            labels[key] = value;
        return said with { Labels = labels };
    }

    private (CertificateAuthority Authority, WorkerRequest Request) Check(string name, ByteString request, IPAddress address)
    {
        if (identity.Authority is not { } authority)
            throw NoAuthority();
        if (attempts.Wait(address) is { } wait)
        {
            throw RpcErrors.Create(
                StatusCode.ResourceExhausted, "TOO_MANY_ATTEMPTS", $"too many attempts from this address failed; wait for {Math.Ceiling(wait.TotalSeconds):0} s");
        }

        if (!HelloRules.IsName(name))
            throw RpcErrors.Invalid("PROTOCOL_ERROR", "a worker's name is 1 to 63 letters, digits, '.', '_' and '-'");
        return (authority, WorkerRequest.TryRead(request.Span) ?? throw RpcErrors.Invalid("PROTOCOL_ERROR", "the certificate request is damaged, or not of a P-256 key"));
    }

    /// <summary>Plain text is served.</summary>
    public static RpcException NoAuthority() => RpcErrors.Create(
        StatusCode.FailedPrecondition, "NO_AUTHORITY",
        "this orchestrator serves plain text, over which nobody can join safely; let it listen on https://, or give the worker the token in a file (--token-file)");

    private WorkerCertificate Issue(CertificateAuthority authority, WorkerRequest request, string name, DateTimeOffset now) => new()
    {
        Certificate = ByteString.CopyFrom(authority.IssueWorker(request, name, now, options.NodeCertificateLifetime)),
        Authority = ByteString.CopyFrom(identity.Pinned!.Certificate),
    };

    private RpcException Refused(string action, string name, IPAddress address, string why)
    {
        attempts.NoteWrong(address);
        LogRefused(action, name, why);
        audit.Record(action, AuditOutcome.Denied, null, $"{address}", name, why);
        // One answer for all: nobody learns which tokens and workers there are.
        return RpcErrors.Create(
            StatusCode.PermissionDenied, "JOIN_REFUSED",
            "refused: the join token is unknown, spent, over or revoked, or the worker was removed or away for too long; ask for a new one ('minilambda join-token'). The orchestrator's log says which");
    }

    private static RpcException NameInUse(string name) => RpcErrors.Create(
        StatusCode.AlreadyExists, "WORKER_NAME_IN_USE", $"'{name}' is the name of another worker of this cluster; choose another with --name, or remove that one first");

    [LoggerMessage(1971, LogLevel.Information, "worker {Worker} joined with token {Token}")]
    private partial void LogJoined(string worker, string token);

    [LoggerMessage(1972, LogLevel.Warning, "{Action} of '{Worker}' refused: {Why}")]
    private partial void LogRefused(string action, string worker, string why);
}
