using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using MiniLambda.Domain.Blobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Turns failures of the store into statuses that callers can act on; everything else unexpected is logged and told as internal.</summary>
internal sealed partial class FailureInterceptor(ILogger<FailureInterceptor> logger) : Interceptor
{
    /// <summary>Who throws an <see cref="IOException"/> at a message whose length is none.</summary>
    private const string GrpcServer = "Grpc.AspNetCore.Server";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(request, context), context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(requestStream, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            async () =>
            {
                await continuation(request, responseStream, context);
                return true;
            },
            context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            async () =>
            {
                await continuation(requestStream, responseStream, context);
                return true;
            },
            context);

    private async Task<T> GuardAsync<T>(Func<Task<T>> call, ServerCallContext context)
    {
        try
        {
            return await call();
        }
        catch (RpcException)
        {
            throw;
        }
        catch (RefusedException e)
        {
            throw RpcErrors.Of(e);
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
        }
        catch (OperationCanceledException) when (StreamLifetime.EndedByToken(context) is { } ended)
        {
            throw ended;
        }
        catch (BlobCorruptException e)
        {
            LogDamaged(e.Message);
            throw RpcErrors.Create(StatusCode.DataLoss, "BLOB_DAMAGED", e.Message);
        }
        catch (FormatException e)
        {
            throw RpcErrors.Invalid("PAGE_TOKEN_INVALID", e.Message);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException || e.Source == GrpcServer)
        {
            throw RpcErrors.Invalid("MESSAGE_MALFORMED", $"a message of the call cannot be read: {e.Message}");
        }
        catch (IOException e)
        {
            LogStoreFailed(context.Method, e);
            throw RpcErrors.StoreFailed(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            throw RpcErrors.Create(StatusCode.Unavailable, "SHUTTING_DOWN", "the orchestrator is shutting down");
        }
        catch (Exception e)
        {
            LogUnexpected(context.Method, e);
            throw RpcErrors.Create(StatusCode.Internal, "INTERNAL", "the orchestrator failed at this call; its log says why");
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "{Problem}")]
    private partial void LogDamaged(string problem);

    [LoggerMessage(1102, LogLevel.Error, "{Method}: the store failed")]
    private partial void LogStoreFailed(string method, Exception exception);

    [LoggerMessage(1103, LogLevel.Error, "{Method} failed unexpectedly")]
    private partial void LogUnexpected(string method, Exception exception);
}
