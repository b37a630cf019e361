using MiniLambda.Orchestrator.Rest.Bytes;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Problems;
using MiniLambda.Orchestrator.Rest.Streams;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>The orchestrator over HTTP and JSON, on the services that gRPC stands on.</summary>
internal static class RestApi
{
    public static IServiceCollection AddRest(this IServiceCollection services) => services
        .AddSingleton<FailureAnswers>()
        .AddSingleton<RawBody>()
        .AddSingleton<LiveCall>()
        .AddSingleton<IRestResource, FunctionRoutes>()
        .AddSingleton<IRestResource, FunctionUploadRoutes>()
        .AddSingleton<IRestResource, InvokeRoute>()
        .AddSingleton<IRestResource, BlobRoutes>()
        .AddSingleton<IRestResource, JobRoutes>()
        .AddSingleton<IRestResource, JobContentRoutes>()
        .AddSingleton<IRestResource, JobBatchRoute>()
        .AddSingleton<IRestResource, LogRoute>()
        .AddSingleton<IRestResource, DeadLetterRoutes>()
        .AddSingleton<IRestResource, EventRoute>()
        .AddSingleton<IRestResource, ClusterRoutes>()
        .AddSingleton<IRestResource, AccessRoutes>()
        .AddSingleton<IRestResource, JoinTokenRoutes>()
        .AddSingleton<IRestResource, SecretRoutes>()
        .AddSingleton<IRestResource, AuditRoutes>()
        .AddDocument();

    public static void MapRest(this WebApplication app)
    {
        var routes = new RestRoutes(app, app.Services.GetRequiredService<FailureAnswers>());
        foreach (var resource in app.Services.GetServices<IRestResource>())
            resource.Map(routes);
        routes.MapTheRest();
        app.MapDocument();
    }
}
