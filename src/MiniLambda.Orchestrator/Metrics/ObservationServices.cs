using System.Diagnostics.Metrics;
using MiniLambda.Orchestrator.Health;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Traces;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator.Metrics;

/// <summary>What watches the orchestrator.</summary>
internal static class ObservationServices
{
    public const string MeterName = "MiniLambda.Orchestrator";

    public static IServiceCollection AddObservation(this IServiceCollection services) => services
        .AddSingleton(static _ => new Meter(MeterName))
        .AddSingleton<TenantLabels>()
        .AddSingleton<JobMetrics>()
        .AddSingleton<NodeMetrics>()
        .AddSingleton<StoreMetrics>()
        .AddSingleton<ClusterGauges>()
        .AddSingleton<JobTraces>()
        .AddSingleton<JobChronicle>()
        .AddSingleton(static provider => StoreProbe.Of(provider.GetRequiredService<SqliteDatabase>(), provider.GetRequiredService<OrchestratorOptions>()))
        .AddSingleton<Readiness>()
        .AddSingleton<HealthGrpcService>()
        .AddSingleton<TelemetryExport>()
        // The first of the hosted services: what the others do is measured.
        .AddHostedService<TelemetryStart>();
}
