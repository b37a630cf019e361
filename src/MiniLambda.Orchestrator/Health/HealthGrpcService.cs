using Grpc.Core;
using Grpc.Health.V1;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Grpc;

namespace MiniLambda.Orchestrator.Health;

/// <summary>
/// gRPC's own health checks (grpc.io/docs/guides/health-checking), for the orchestrator as a whole: the empty name, and each service that it serves.
/// </summary>
internal sealed class HealthGrpcService(Readiness readiness, StreamLifetime lifetime, TimeProvider clock) : global::Grpc.Health.V1.Health.HealthBase
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly HashSet<string> Services =
    [
        "",
        FunctionService.Descriptor.FullName, BlobService.Descriptor.FullName, JobService.Descriptor.FullName, ClusterService.Descriptor.FullName,
        EventService.Descriptor.FullName, WorkerService.Descriptor.FullName, EnrolmentService.Descriptor.FullName, AuditService.Descriptor.FullName,
        SecretService.Descriptor.FullName, AccessService.Descriptor.FullName,
    ];

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!Services.Contains(request.Service))
            throw new RpcException(new Status(StatusCode.NotFound, "unknown service"));
        return new HealthCheckResponse { Status = await StatusAsync(context.CancellationToken) };
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ending = lifetime.Link(context);
        using var timer = new PeriodicTimer(Interval, clock);
        var told = HealthCheckResponse.Types.ServingStatus.Unknown;
        do
        {
            var status = Services.Contains(request.Service) ? await StatusAsync(ending.Token) : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
            if (status == told)
                continue;
            await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, ending.Token);
            told = status;
        }
        while (await timer.WaitForNextTickAsync(ending.Token));
    }

    private async Task<HealthCheckResponse.Types.ServingStatus> StatusAsync(CancellationToken cancellationToken) =>
        await readiness.AskAsync(cancellationToken) == ReadyState.Ready
            ? HealthCheckResponse.Types.ServingStatus.Serving
            : HealthCheckResponse.Types.ServingStatus.NotServing;
}
