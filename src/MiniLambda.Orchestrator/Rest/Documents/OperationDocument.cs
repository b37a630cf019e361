using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MiniLambda.Orchestrator.Rest.Documents;

/// <summary>Writes down what a route takes and answers.</summary>
internal static class OperationDocument
{
    private static readonly Dictionary<string, string> PathParts = new()
    {
        ["name"] = "A name.",
        ["id"] = "A job's id.",
        ["version"] = "A version's number; from 1.",
        ["digest"] = "SHA-256, 64 hexadecimal digits.",
    };

    public static void Fill(OpenApiOperation written, Operation operation, OpenApiOperationTransformerContext context)
    {
        var document = context.Document!;
        var schemas = new ProtoSchemas(document);
        (written.OperationId, written.Summary) = (operation.Id, operation.Summary);
        written.Description = operation.Description.Length > 0 ? operation.Description : null;
        written.Tags = new HashSet<OpenApiTagReference> { new(operation.Tag, document) };
        document.Tags ??= new HashSet<OpenApiTag>();
        if (document.Tags.All(tag => tag.Name != operation.Tag))
            document.Tags.Add(new OpenApiTag { Name = operation.Tag });
        written.Parameters = [.. PathOf(context.Description.RelativePath ?? ""), .. operation.Parameters.Select(Write)];
        if (operation.Bodies.Count > 0)
            written.RequestBody = new OpenApiRequestBody { Required = !operation.IsBodyOptional, Content = Write(operation.Bodies, schemas) };
        written.Responses = new OpenApiResponses();
        foreach (var answer in operation.Answers)
        {
            written.Responses[answer.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = answer.Description,
                Content = answer.Contents.Count > 0 ? Write(answer.Contents, schemas) : null,
                Headers = operation.AnswerHeaders.Count > 0 ? operation.AnswerHeaders.ToDictionary(h => h.Name, Header) : null,
            };
        }

        written.Responses["default"] = new OpenApiResponseReference("Problem", document);
    }

    private static IOpenApiHeader Header((string Name, string Description) header) =>
        new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static IEnumerable<IOpenApiParameter> PathOf(string path) => path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)])
        .Select(name => new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Path,
            Required = true,
            Description = PathParts.GetValueOrDefault(name),
            Schema = new OpenApiSchema { Type = name == "version" ? JsonSchemaType.Integer : JsonSchemaType.String },
        });

    private static OpenApiParameter Write(Parameter parameter) => new()
    {
        Name = parameter.Name,
        In = parameter.In,
        Description = parameter.Description.Length > 0 ? parameter.Description : null,
        Schema = parameter.Field is { } field ? ProtoSchemas.InQuery(field) : new OpenApiSchema { Type = parameter.Type },
    };

    private static Dictionary<string, OpenApiMediaType> Write(IReadOnlyList<Content> contents, ProtoSchemas schemas) => contents.ToDictionary(
        content => content.ContentType,
        content => new OpenApiMediaType { Schema = content.Message is { } message ? schemas.Of(message) : null });
}
