using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Joining;
using MiniLambda.Trust.Links;
using MiniLambda.Worker.Session;
using JoinToken = MiniLambda.Trust.Joining.JoinToken;

namespace MiniLambda.Worker.Identity;

/// <summary>Joins a cluster with a token: once, before a worker's first session.</summary>
public static class Joining
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Tries the servers in turn; says nothing secret to one whose authority has another fingerprint than the token's, and the secret itself to none.</summary>
    /// <param name="servers">Where the orchestrator may be: those of the token, or what was found otherwise.</param>
    /// <param name="data">The worker's data folder, where what it gets is kept.</param>
    /// <exception cref="WorkerRefusedException">The orchestrator refuses it; the message says why.</exception>
    /// <exception cref="IOException">None of the servers is the token's orchestrator and answers; the message says why for each.</exception>
    public static async Task<NodeIdentity> JoinAsync(
        JoinToken token, IReadOnlyList<Uri> servers, string name, string data, TimeProvider clock, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var server in servers)
        {
            try
            {
                var fetched = await AuthorityFetch.FetchAsync(
                    server, token.Authority, (handler, ct) => OrchestratorAuthority.AskAsync(server, handler, ct), cancellationToken);
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var request = WorkerRequest.Create(key);
                var proof = JoinProof.Compute(token.Key, token.Id, name, request, token.Authority);
                var answer = await CallAsync(
                    server, new ServerTrust(fetched.Pin), client => client.JoinAsync(
                        new JoinRequest
                        {
                            TokenId = token.Id,
                            Name = name,
                            CertificateRequest = ByteString.CopyFrom(request),
                            Proof = ByteString.CopyFrom(proof),
                        },
                        deadline: clock.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken).ResponseAsync);
                return NodeIdentity.Create(data, server, name, fetched.Pin, token.Authority, answer.Certificate.ToByteArray(), key);
            }
            catch (ServerRefusedException e)
            {
                failures.Add(e.Message);
            }
            catch (Exception e) when (e is HttpRequestException or CryptographicException)
            {
                failures.Add($"{server.ToString().TrimEnd('/')}: {Innermost(e).Message}");
            }
        }

        throw new IOException($"cannot join: {string.Join("; ", failures)}");
    }

    /// <summary>Gets another certificate, proven by the key of the last one.</summary>
    /// <exception cref="WorkerRefusedException">The orchestrator does not want this worker any more.</exception>
    /// <exception cref="HttpRequestException">It is not there, or not whom it was taken for.</exception>
    internal static async Task RenewAsync(NodeIdentity identity, Uri server, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var last = identity.Certificate.GetECDsaPrivateKey()!;
        var request = WorkerRequest.Create(key);
        var now = clock.GetUtcNow();
        var answer = await CallAsync(server, new ServerTrust(identity.Authority), client => client.RenewAsync(
            new RenewRequest
            {
                Name = identity.Name,
                CertificateRequest = ByteString.CopyFrom(request),
                At = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = now.ToUnixTimeSeconds() },
                Signature = ByteString.CopyFrom(RenewalProof.Sign(last, identity.Name, request, identity.Proven, now)),
            },
            deadline: now.UtcDateTime + Patience, cancellationToken: cancellationToken).ResponseAsync);
        identity.Renew(answer.Certificate.ToByteArray(), key);
    }

    private static async Task<WorkerCertificate> CallAsync(
        Uri server, ServerTrust trust, Func<EnrolmentService.EnrolmentServiceClient, Task<WorkerCertificate>> call)
    {
        using var handler = TrustedHandler.Create(
            server, new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }, trust, null, (h, ct) => OrchestratorAuthority.AskAsync(server, h, ct));
        using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler });
        try
        {
            return await call(new EnrolmentService.EnrolmentServiceClient(channel));
        }
        catch (RpcException e) when (e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason is { } reason)
        {
            // Anything else may be over in a moment.
            throw reason is not ("JOIN_REFUSED" or "WORKER_NAME_IN_USE" or "PROTOCOL_ERROR" or "NO_AUTHORITY")
                ? new HttpRequestException(e.Status.Detail, e)
                : new WorkerRefusedException($"the orchestrator at {server.ToString().TrimEnd('/')} refuses this worker: {e.Status.Detail}");
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw e.Status.DebugException is HttpRequestException cause ? cause : new HttpRequestException(e.Status.Detail, e);
        }
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner and not RpcException)
            e = inner;
        return e;
    }
}
