using Microsoft.OpenApi;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Rest.Problems;
using Scalar.AspNetCore;

namespace MiniLambda.Orchestrator.Rest.Documents;

/// <summary>The OpenAPI document, made of the routes, and a page that shows it.</summary>
internal static class RestDocument
{
    private const string Name = "v1";
    private const string Bearer = "token";

    /// <summary>Scripts are the page's own and those of its origin; styles are made by them. Nothing comes from elsewhere.</summary>
    private const string PagePolicy =
        "default-src 'none'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IServiceCollection AddDocument(this IServiceCollection services) => services.AddOpenApi(Name, static options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = static route => route.ActionDescriptor.EndpointMetadata.OfType<Operation>().Any();
        options.AddOperationTransformer(static (operation, context, _) =>
        {
            OperationDocument.Fill(operation, context.Description.ActionDescriptor.EndpointMetadata.OfType<Operation>().Single(), context);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer(static (document, _, _) =>
        {
            Fill(document);
            return Task.CompletedTask;
        });
    });

    public static void MapDocument(this WebApplication app)
    {
        var anything = new RpcCounterpart($"minilambda.v1.{RestRoutes.Anything}");
        app.MapOpenApi("/openapi/{documentName}.json").WithMetadata(anything);
        var page = app.MapScalarApiReference("/scalar", static (options, context) =>
        {
            // A page of the orchestrator calls nobody but the orchestrator.
            options.WithTitle("MiniLambda").WithOpenApiRoutePattern("/openapi/{documentName}.json").DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools();
            options.Nonce = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(18));
            context.Response.Headers.ContentSecurityPolicy = PagePolicy.Replace("{0}", options.Nonce, StringComparison.Ordinal);
            context.Response.Headers.XContentTypeOptions = "nosniff";
        });
        page.WithMetadata(anything);
    }

    private static void Fill(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MiniLambda",
            Version = Name,
            Description = "Runs WebAssembly functions on the machines that you own. What fails is told as application/problem+json (RFC 9457) with the same reason as over gRPC. "
                + "Who is over all tenants names one with the header minilambda-tenant.",
        };
        // Not those that are made of the names of classes.
        var tags = document.Paths.Values.SelectMany(path => path.Operations!.Values).SelectMany(operation => operation.Tags!).Select(tag => tag.Name).Distinct();
        document.Tags = tags.Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        // Wherever it is reached.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.AddComponent(Bearer, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of the orchestrator." });
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        document.AddComponent("Problem", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "status", "title", "detail", "reason" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For people." },
                ["reason"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "For programs: the same as over gRPC, such as JOB_NOT_FOUND." },
                ["offset"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of a stream of events: what to come back after." },
                ["firstOffset"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "Of a stream of events: the oldest that is kept; 0 when none is." },
            },
        });
        document.AddComponent("Problem", new OpenApiResponse
        {
            Description = "It was refused, or failed.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new() { Schema = new OpenApiSchemaReference("Problem", document) },
            },
        });
    }
}
