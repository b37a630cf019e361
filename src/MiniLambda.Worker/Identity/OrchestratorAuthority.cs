using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Worker.Identity;

/// <summary>Asks an orchestrator for its authority, with nothing secret in the call.</summary>
internal static class OrchestratorAuthority
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>X.509, DER.</returns>
    /// <exception cref="HttpRequestException">Nobody answers there, or not so.</exception>
    public static async Task<byte[]> AskAsync(Uri server, HttpMessageHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            using var channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { HttpHandler = handler });
            var answer = await new EnrolmentService.EnrolmentServiceClient(channel).GetAuthorityAsync(
                new GetAuthorityRequest(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime + Patience, cancellationToken: cancellationToken);
            return answer.Certificate.ToByteArray();
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw e.Status.DebugException is HttpRequestException cause ? cause : new HttpRequestException(e.Status.Detail, e);
        }
    }
}
