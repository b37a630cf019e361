using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Web.Actions;
using MiniLambda.Orchestrator.Web.Activity;
using MiniLambda.Orchestrator.Web.Assets;
using MiniLambda.Orchestrator.Web.Entrance;
using MiniLambda.Orchestrator.Web.Pages;
using MiniLambda.Orchestrator.Web.Rendering;

namespace MiniLambda.Orchestrator.Web;

/// <summary>The web page: what it is made of, and every address of it with the RPC whose rule says who may.</summary>
internal static class WebRoutes
{
    private const string WhoAmI = "AccessService/WhoAmI";

    public static IServiceCollection AddWeb(this IServiceCollection services) => services
        .AddSingleton<WebAssets>()
        .AddSingleton<WebSessions>()
        .AddSingleton<ActivityHistory>()
        .AddHostedService(provider => provider.GetRequiredService<ActivityHistory>())
        .AddSingleton<WebFormReading>()
        .AddSingleton<PageActions>()
        .AddSingleton<JobActions>()
        .AddSingleton<FunctionActions>()
        .AddSingleton<NodeActions>()
        .AddSingleton<TokenActions>()
        .AddSingleton<AuditActions>()
        .AddScoped<Visit>();

    public static void MapWeb(this IEndpointRouteBuilder routes)
    {
        routes.Page<Overview>("/", "Overview", "ClusterService/Info");
        routes.Page<FunctionList>("/functions", "Functions", "FunctionService/List");
        routes.Page<FunctionPage>("/functions/{name}", "Function {name}", "FunctionService/Get");
        routes.Page<JobList>("/jobs", "Jobs", "JobService/List");
        routes.Page<LaunchPage>("/jobs/new", "Launch a job", "JobService/Submit");
        routes.Page<JobPage>("/jobs/{id}", "Job {id}", "JobService/Get");
        routes.Page<NodeList>("/nodes", "Nodes", "ClusterService/ListWorkers");
        routes.Page<NodePage>("/nodes/{name}", "Node {name}", "ClusterService/GetWorker");
        routes.Page<DeadLetters>("/dead-letters", "Dead letters", "JobService/List");
        routes.Page<TokenList>("/tokens", "Tokens", "AccessService/ListTokens");
        routes.Page<AuditList>("/audit", "Audit log", "AuditService/Read");

        routes.Bytes<JobActions>("/jobs/{id}/result", "JobService/Result", static (jobs, visit) => jobs.DownloadResultAsync(visit));
        routes.Bytes<JobActions>("/jobs/{id}/input", "JobService/Input", static (jobs, visit) => jobs.DownloadInputAsync(visit));

        routes.Action<JobActions>("/jobs/new", "JobService/Submit", static (jobs, visit, form) => jobs.LaunchAsync(visit, form));
        routes.Action<JobActions>("/jobs/{id}/cancel", "JobService/Cancel", static (jobs, visit, _) => jobs.CancelAsync(visit));
        routes.Action<JobActions>("/jobs/{id}/retry", "JobService/Retry", static (jobs, visit, _) => jobs.RetryAsync(visit));
        routes.Action<JobActions>("/jobs/{id}/remove", "JobService/Remove", static (jobs, visit, _) => jobs.RemoveAsync(visit));
        routes.Action<JobActions>("/dead-letters/redrive", "JobService/RedriveMatching", static (jobs, visit, form) => jobs.RedriveAsync(visit, form));
        routes.Action<JobActions>("/dead-letters/purge", "JobService/PurgeMatching", static (jobs, visit, form) => jobs.PurgeAsync(visit, form));
        routes.Action<FunctionActions>("/functions", "FunctionService/Push", static (functions, visit, form) => functions.PushAsync(visit, form));
        routes.Action<FunctionActions>("/functions/{name}/delete", "FunctionService/Delete", static (functions, visit, form) => functions.DeleteAsync(visit, form));
        routes.Action<NodeActions>("/nodes/{name}/drain", "ClusterService/DrainWorker", static (nodes, visit, form) => nodes.DrainAsync(visit, form));
        routes.Action<NodeActions>("/nodes/{name}/resume", "ClusterService/ResumeWorker", static (nodes, visit, _) => nodes.ResumeAsync(visit));
        routes.Action<NodeActions>("/nodes/{name}/remove", "ClusterService/RemoveWorker", static (nodes, visit, _) => nodes.RemoveAsync(visit));
        routes.Action<TokenActions>("/tokens", "AccessService/CreateToken", static (tokens, visit, form) => tokens.CreateAsync(visit, form));
        routes.Action<TokenActions>("/tokens/{id}/revoke", "AccessService/RevokeToken", static (tokens, visit, _) => tokens.RevokeAsync(visit));
        routes.Action<AuditActions>("/audit/verify", "AuditService/Verify", static (audit, visit, form) => audit.VerifyAsync(visit, form));
        routes.Action<PageActions>(WebPaths.Theme, WhoAmI, static (_, visit, form) => Task.FromResult(PageActions.SetTheme(visit, form)));
    }

    private static void Page<TPage>(this IEndpointRouteBuilder routes, string path, string title, string rpc)
        where TPage : IComponent
    {
        RequestDelegate answer = context => Actions(context).AnswerAsync(context, () => PageRenderer.RenderAsync<TPage>(context, Title(title, context)));
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], answer).WithMetadata(Counterpart(rpc));
    }

    private static void Bytes<TActions>(this IEndpointRouteBuilder routes, string path, string rpc, Func<TActions, Visit, Task> send)
        where TActions : notnull
    {
        RequestDelegate answer = context => Actions(context).AnswerAsync(
            context, () => send(context.RequestServices.GetRequiredService<TActions>(), PageActions.VisitOf(context)));
        routes.MapGet(path, answer).WithMetadata(Counterpart(rpc));
    }

    private static void Action<TActions>(this IEndpointRouteBuilder routes, string path, string rpc, Func<TActions, Visit, WebForm, Task<Done>> act)
        where TActions : notnull
    {
        routes.MapPost(path, AnswerAsync).WithMetadata(Counterpart(rpc));

        Task AnswerAsync(HttpContext context)
        {
            var actions = context.RequestServices.GetRequiredService<TActions>();
            return Actions(context).ActAsync(context, (visit, form) => act(actions, visit, form));
        }
    }

    private static PageActions Actions(HttpContext context) => context.RequestServices.GetRequiredService<PageActions>();

    private static RpcCounterpart Counterpart(string rpc) => new($"minilambda.v1.{rpc}");

    private static string Title(string title, HttpContext context) => title
        .Replace("{name}", context.Request.RouteValues["name"] as string, StringComparison.Ordinal)
        .Replace("{id}", context.Request.RouteValues["id"] as string, StringComparison.Ordinal);
}
