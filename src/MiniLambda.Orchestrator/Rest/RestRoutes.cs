using Microsoft.AspNetCore.Http;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Some routes that belong together.</summary>
internal interface IRestResource
{
    void Map(RestRoutes routes);
}

/// <summary>
/// Maps routes below <see cref="Prefix"/>. Each does the same as an RPC, so that whoever may call the one may call the other. Handlers are plain delegates:
/// that there are many costs nothing at start-up.
/// </summary>
internal sealed class RestRoutes(IEndpointRouteBuilder endpoints, FailureAnswers failures)
{
    public const string Prefix = "/v1";

    /// <summary>What everybody may call who may read at all.</summary>
    public const string Anything = "AccessService/WhoAmI";

    private const string Package = "minilambda.v1.";

    private readonly Dictionary<string, List<string>> _methods = [];

    /// <param name="rpc">Such as <c>JobService/Get</c>.</param>
    public Operation Get(string pattern, string rpc, Operation operation, RequestDelegate handler)
    {
        Map(HttpMethods.Get, pattern, rpc, operation, handler);
        Map(HttpMethods.Head, pattern, rpc, operation, handler).ExcludeFromDescription();
        return operation;
    }

    public Operation Post(string pattern, string rpc, Operation operation, RequestDelegate handler)
    {
        Map(HttpMethods.Post, pattern, rpc, operation, handler);
        return operation;
    }

    public Operation Put(string pattern, string rpc, Operation operation, RequestDelegate handler)
    {
        Map(HttpMethods.Put, pattern, rpc, operation, handler);
        return operation;
    }

    public Operation Delete(string pattern, string rpc, Operation operation, RequestDelegate handler)
    {
        Map(HttpMethods.Delete, pattern, rpc, operation, handler);
        return operation;
    }

    /// <summary>Answers what no route takes. Called last.</summary>
    public void MapTheRest()
    {
        foreach (var (pattern, methods) in _methods)
        {
            var allowed = string.Join(", ", methods);
            MapProblem(pattern, context =>
            {
                context.Response.Headers.Allow = allowed;
                return new Problem(
                    StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"{context.Request.Method} is not for this route: it takes {allowed}");
            });
        }

        MapProblem($"{Prefix}/{{**rest}}", _ => new Problem(
            StatusCodes.Status404NotFound, "NOT_FOUND", "there is no such route; /openapi/v1.json tells which there are"));
    }

    private IEndpointConventionBuilder Map(string method, string pattern, string rpc, Operation operation, RequestDelegate handler)
    {
        pattern = Prefix + pattern;
        if (!_methods.TryGetValue(pattern, out var methods))
            _methods[pattern] = methods = [];
        methods.Add(method);
        // The method is what the document is made by: without it a route is not described.
        return endpoints.MapMethods(pattern, [method], context => ServeAsync(context, operation, handler))
            .WithMetadata(operation, handler.Method, new RpcCounterpart(Package + rpc));
    }

    private async Task ServeAsync(HttpContext context, Operation operation, RequestDelegate handler)
    {
        SafeHeaders.Apply(context.Response);
        try
        {
            operation.CheckQuery(context.Request.Query);
            await handler(context);
        }
        catch (Exception e)
        {
            await failures.AnswerAsync(context, e);
        }
    }

    private void MapProblem(string pattern, Func<HttpContext, Problem> problem) => endpoints.Map(pattern, context => problem(context).WriteAsync(context))
        .WithMetadata(new RpcCounterpart(Package + Anything)).ExcludeFromDescription();
}
