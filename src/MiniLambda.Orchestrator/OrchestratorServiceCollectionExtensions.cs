using Grpc.AspNetCore.Server;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Events;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Secrets;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Announcements;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Enrolment;
using MiniLambda.Orchestrator.Events;
using MiniLambda.Orchestrator.Functions;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Health;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Limits;
using MiniLambda.Orchestrator.Metrics;
using MiniLambda.Orchestrator.Rest;
using MiniLambda.Orchestrator.Retention;
using MiniLambda.Orchestrator.Secrets;
using MiniLambda.Orchestrator.Sessions;
using MiniLambda.Orchestrator.Tenants;
using MiniLambda.Orchestrator.Throughput;
using MiniLambda.Orchestrator.Web;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Storage;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Orchestrator;

/// <summary>The orchestrator's parts, put together.</summary>
public static class OrchestratorServiceCollectionExtensions
{
#pragma warning disable RS0030 // Here, where the parts are put together, is where the passed-in generator comes from.
    private static readonly Random ThreadSafeRandom = Random.Shared;
#pragma warning restore RS0030

    /// <summary>Adds the control plane over the data folder of <paramref name="options"/>.</summary>
    public static IServiceCollection AddOrchestrator(this IServiceCollection services, OrchestratorOptions options) => services
        .AddSingleton(options)
        .AddSingleton(TimeProvider.System)
        .AddSingleton(ThreadSafeRandom)
        .AddAudit()
        .AddAccess()
        .AddSingleton<UnprovenConnections>()
        .AddHostedService(provider => provider.GetRequiredService<UnprovenConnections>())
        .AddSingleton(new ClusterStart(TimeProvider.System.GetUtcNow()))
        .AddObservation()
        .AddStores(options)
        .AddSecrets()
        .AddTrust()
        .AddEvents()
        .AddDispatch()
        .AddGrpcApi()
        .AddRest()
        .AddWeb()
        .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));

    /// <summary>Maps every service, behind the token.</summary>
    public static WebApplication MapOrchestrator(this WebApplication routes)
    {
        // Before routing: who has no token does not learn what there is either.
        routes.UseMiddleware<WebEntrance>();
        routes.UseMiddleware<AccessGate>();
        routes.UseMiddleware<TenantChoice>();
        routes.UseMiddleware<CallerLimits>();
        routes.UseRouting();
        routes.UseMiddleware<RoleGate>();
        routes.MapGrpcService<FunctionGrpcService>();
        routes.MapGrpcService<BlobGrpcService>();
        routes.MapGrpcService<JobGrpcService>();
        routes.MapGrpcService<ClusterGrpcService>();
        routes.MapGrpcService<EventGrpcService>();
        routes.MapGrpcService<WorkerGrpcService>();
        routes.MapGrpcService<EnrolmentGrpcService>();
        routes.MapGrpcService<AuditGrpcService>();
        routes.MapGrpcService<SecretGrpcService>();
        routes.MapGrpcService<AccessGrpcService>();
        routes.MapGrpcService<HealthGrpcService>();
        HealthEndpoints.Map(routes);
        routes.MapRest();
        routes.MapWeb();
        AccessRules.DemandAll(((IEndpointRouteBuilder)routes).DataSources.SelectMany(source => source.Endpoints));
        return routes;
    }

    private static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<ITokenStore, SqliteTokenStore>()
        .AddSingleton<TokenBook>()
        .AddHostedService(provider => provider.GetRequiredService<TokenBook>())
        .AddHostedService<TokenUseWriter>()
        .AddSingleton<AttemptLimits>()
        .AddSingleton<NonceBook>()
        .AddSingleton<Authenticator>();

    private static IServiceCollection AddStores(this IServiceCollection services, OrchestratorOptions options) => services
        .AddSingleton(provider => SqliteDatabase.Open(
            new StoreFolder(options.Data).Database, provider.GetRequiredService<ILoggerFactory>().CreateLogger<SqliteDatabase>()))
        .AddSingleton<IJobStore, SqliteJobStore>()
        .AddSingleton<IJobLogStore, SqliteJobLogStore>()
        .AddSingleton<IEventLog, SqliteEventLog>()
        .AddSingleton<IFunctionStore, SqliteFunctionStore>()
        .AddSingleton<IWorkerStore, SqliteWorkerStore>()
        .AddSingleton<IEnrolmentStore, SqliteEnrolmentStore>()
        .AddSingleton<ISecretStore, SqliteSecretStore>()
        .AddSingleton<IBlobOwners, SqliteBlobOwners>()
        .AddSingleton<IBlobStore>(new BlobFolder(new StoreFolder(options.Data).Blobs, TimeProvider.System))
        .AddHostedService<BlobSweep>();

    private static IServiceCollection AddSecrets(this IServiceCollection services) => services
        .AddSingleton<SecretVault>()
        .AddHostedService(provider => provider.GetRequiredService<SecretVault>())
        .AddSingleton<LeaseTerms>()
        .AddSingleton<SecretGrpcService>();

    private static IServiceCollection AddTrust(this IServiceCollection services) => services
        .AddSingleton<ClusterIdentity>()
        .AddSingleton<NodeRegistry>()
        .AddHostedService(provider => provider.GetRequiredService<NodeRegistry>())
        .AddSingleton<NodeCertificates>()
        .AddSingleton<NodeJudge>(static provider => provider.GetRequiredService<NodeCertificates>().Judge)
        .AddSingleton<Announcer>()
        .AddSingleton<JoinTokens>()
        .AddSingleton<NodeEnrolment>()
        .AddSingleton<EnrolmentGrpcService>();

    // Before all that writes to it, so that it stops after them.
    private static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditWriter>()
        .AddHostedService(provider => provider.GetRequiredService<AuditWriter>())
        .AddSingleton<AuditLog>()
        .AddSingleton<AuditReader>()
        .AddSingleton<AuditGrpcService>();

    private static IServiceCollection AddEvents(this IServiceCollection services) => services
        .AddSingleton<EventTail>()
        .AddHostedService(provider => provider.GetRequiredService<EventTail>())
        .AddSingleton<EventFeed>()
        .AddSingleton<EventReading>()
        .AddSingleton<WorkerEvents>();

    private static IServiceCollection AddDispatch(this IServiceCollection services) => services
        .AddSingleton<ModuleOutlines>()
        .AddSingleton<SignaturePolicy>()
        .AddSingleton<BlobAccess>()
        .AddSingleton<FunctionCatalog>()
        .AddSingleton<FunctionRegistry>()
        .AddSingleton(provider => new ResourceClasses(provider.GetRequiredService<OrchestratorOptions>().ResourceClasses))
        .AddSingleton<TenantLedger>()
        .AddSingleton<ThroughputMeter>()
        .AddSingleton<ClusterActivity>()
        .AddSingleton<Fleet>()
        .AddSingleton<JobEvents>()
        .AddSingleton<JobDispatcher>()
        .AddSingleton<JobIdGenerator>()
        .AddSingleton<JobAdmission>()
        .AddSingleton<JobExplainer>()
        .AddSingleton<MatchingJobs>()
        .AddSingleton<JobIntake>()
        .AddSingleton<JobBatch>()
        .AddSingleton<JobReading>()
        .AddSingleton<JobChanges>()
        .AddSingleton<StrayReports>()
        .AddSingleton<WorkerReports>()
        .AddSingleton<AttemptLedger>()
        .AddSingleton<FleetAdministration>()
        .AddSingleton<Collector>()
        .AddHostedService(provider => provider.GetRequiredService<Collector>())
        .AddHostedService<LeaseMonitor>();

    private static IServiceCollection AddGrpcApi(this IServiceCollection services)
    {
        services.AddSingleton<StreamLifetime>().AddSingleton<ClusterReading>().AddSingleton<FunctionMapping>()
            .AddSingleton<FunctionGrpcService>().AddSingleton<BlobGrpcService>().AddSingleton<JobGrpcService>().AddSingleton<ClusterGrpcService>()
            .AddSingleton<EventGrpcService>().AddSingleton<WorkerGrpcService>().AddSingleton<AccessGrpcService>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FailureInterceptor>();
            // Larger bodies come in pieces.
            grpc.MaxReceiveMessageSize = 4 << 20;
        });
        // A compressed message is unpacked before its size is looked at, and nothing of ours compresses. Emptied before, the list would be filled again.
        services.PostConfigure<GrpcServiceOptions>(static grpc => grpc.CompressionProviders = []);
        return services;
    }
}
