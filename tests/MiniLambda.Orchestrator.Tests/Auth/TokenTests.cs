using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Auth;

public sealed class TokenTests : IAsyncLifetime
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static (byte[] bytes) => bytes, static bytes => bytes);

    private static readonly FileDescriptor[] Contract =
        [BlobsReflection.Descriptor, ClusterReflection.Descriptor, FunctionsReflection.Descriptor, JobsReflection.Descriptor, SessionReflection.Descriptor];

    private TestCluster _cluster = null!;

    public static TheoryData<string, string> EveryCall
    {
        get
        {
            var calls = new TheoryData<string, string>();
            foreach (var method in Contract.SelectMany(file => file.Services).SelectMany(service => service.Methods))
                calls.Add(method.Service.FullName, method.Name);
            return calls;
        }
    }

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task Every_call_is_refused_without_the_token(string service, string method)
    {
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_MISSING"), await RefusalAsync(service, method, null));
        foreach (var wrong in new[] { "Bearer ", "Bearer wrong", $"Bearer {_cluster.Token}x", $"Basic {_cluster.Token}", _cluster.Token })
            Assert.Equal((StatusCode.Unauthenticated, "TOKEN_WRONG"), await RefusalAsync(service, method, wrong));
    }

    [Theory]
    [MemberData(nameof(EveryCall))]
    public async Task The_token_is_asked_for_before_anything_of_the_call_is_read(string service, string method)
    {
        using var channel = GrpcChannel.ForAddress(_cluster.Url);
        using var call = Dial(channel, service, method, []);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_MISSING"), (refusal.StatusCode, refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason));
    }

    [Fact]
    public async Task Who_does_not_speak_grpc_is_refused_too()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, _cluster.Url) { Version = new Version(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await client.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public void The_whole_contract_is_walked() => Assert.Equal(
        ["BlobService", "ClusterService", "FunctionService", "JobService", "WorkerService"],
        Contract.SelectMany(file => file.Services).Select(service => service.Name).Order());

    // An empty message is a valid one of every kind, so only the token stands between this caller and the call.
    private async Task<(StatusCode Status, string? Reason)> RefusalAsync(string service, string method, string? authorization)
    {
        using var channel = GrpcChannel.ForAddress(_cluster.Url);
        var headers = new Metadata();
        if (authorization is not null)
            headers.Add("authorization", authorization);
        using var call = Dial(channel, service, method, headers);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await call.RequestStream.WriteAsync([]);
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext();
        });
        if (refusal.StatusCode == StatusCode.Cancelled || refusal.GetRpcStatus() is null)
            refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        return (refusal.StatusCode, refusal.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
    }

    private static AsyncDuplexStreamingCall<byte[], byte[]> Dial(GrpcChannel channel, string service, string method, Metadata headers) =>
        channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, service, method, Raw, Raw), null,
            new CallOptions(headers, DateTime.UtcNow.AddSeconds(20)));
}
