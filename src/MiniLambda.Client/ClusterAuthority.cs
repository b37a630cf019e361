using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;

namespace MiniLambda.Client;

/// <summary>The authority of a cluster, as its orchestrator tells it.</summary>
public static class ClusterAuthority
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Fetches it and checks that it vouches for the very server that answered. Nothing secret is said.</summary>
    /// <param name="expected">What its fingerprint must be; null when a person is asked about it next.</param>
    /// <exception cref="ApiException">Nobody answers there, or it is no orchestrator, or it serves plain text.</exception>
    /// <exception cref="ServerRefusedException">It has another fingerprint, or does not vouch for the server.</exception>
    public static async Task<FetchedAuthority> FetchAsync(Uri server, Fingerprint? expected, CancellationToken cancellationToken)
    {
        try
        {
            return await AuthorityFetch.FetchAsync(server, expected, (handler, token) => AskAsync(server, handler, token), cancellationToken);
        }
        catch (RpcException e)
        {
            throw ApiException.From(e, server);
        }
    }

    /// <summary>Asks within another call, which fails as that call would by itself.</summary>
    internal static async Task<byte[]> AskFirstAsync(Uri server, HttpMessageHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(server, handler, cancellationToken);
        }
        catch (RpcException e)
        {
            throw e.Status.DebugException is HttpRequestException cause ? cause : new HttpRequestException(e.Status.Detail, e);
        }
    }

    private static async Task<byte[]> AskAsync(Uri server, HttpMessageHandler handler, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler });
        var answer = await new EnrolmentService.EnrolmentServiceClient(channel).GetAuthorityAsync(
            new GetAuthorityRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken);
        return answer.Certificate.ToByteArray();
    }
}
