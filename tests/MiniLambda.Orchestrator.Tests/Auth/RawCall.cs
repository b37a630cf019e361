using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Auth;

/// <summary>Calls by name, with nothing of a client between.</summary>
internal static class RawCall
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static (byte[] bytes) => bytes, static bytes => bytes);

    private static readonly FileDescriptor[] Contract =
    [
        AccessReflection.Descriptor, AuditReflection.Descriptor, BlobsReflection.Descriptor, ClusterReflection.Descriptor, EnrolmentReflection.Descriptor,
        EventsReflection.Descriptor, FunctionsReflection.Descriptor, JobsReflection.Descriptor, SecretsReflection.Descriptor, SessionReflection.Descriptor,
    ];

    /// <summary>Every RPC of the contracts, as <c>JobService/Submit</c>.</summary>
    public static IEnumerable<string> All => Contract.SelectMany(file => file.Services).SelectMany(s => s.Methods).Select(m => $"{m.Service.Name}/{m.Name}");

    /// <summary>Makes a call with an empty message, which is a valid one of every kind.</summary>
    /// <param name="rpc">As in <see cref="All"/>.</param>
    /// <returns>The status, and the reason when it gave one.</returns>
    public static async Task<(StatusCode Status, string Reason)> MakeAsync(Uri server, string rpc, string? authorization, bool sendsAnything = true)
    {
        // One of its own: many that are refused before all is sent look like an attack on the connection.
        using var channel = GrpcChannel.ForAddress(server);
        var headers = new Metadata();
        if (authorization is not null)
            headers.Add("authorization", authorization);
        var (service, method) = (rpc.Split('/')[0], rpc.Split('/')[1]);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, $"minilambda.v1.{service}", method, Raw, Raw), null,
            new CallOptions(headers, DateTime.UtcNow.AddSeconds(60)));
        try
        {
            if (sendsAnything)
            {
                await call.RequestStream.WriteAsync([]);
                await call.RequestStream.CompleteAsync();
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // It may be refused before all is sent: the answer says why.
        }

        try
        {
            while (await call.ResponseStream.MoveNext())
            {
            }

            return (StatusCode.OK, "");
        }
        catch (RpcException refusal)
        {
            return (refusal.StatusCode, refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "");
        }
    }
}
