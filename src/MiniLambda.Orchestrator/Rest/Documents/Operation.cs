using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Toml;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Documents;

/// <summary>A parameter in the query or a header.</summary>
/// <param name="Field">What it fills; null when it is the route's own.</param>
internal sealed record Parameter(string Name, ParameterLocation In, JsonSchemaType Type, string Description, FieldDescriptor? Field = null);

/// <summary>What a request or an answer bears.</summary>
/// <param name="Message">Null for bytes and text.</param>
internal sealed record Content(string ContentType, MessageDescriptor? Message);

/// <summary>An answer that a route gives beside problems.</summary>
internal sealed record Answer(int Status, string Description, IReadOnlyList<Content> Contents);

/// <summary>What a route takes and answers: requests are checked by it, and the OpenAPI document is made of it.</summary>
/// <param name="id">Names it for programs that are made from the document.</param>
internal sealed class Operation(string id, string tag, string summary)
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<Content> _bodies = [];
    private readonly List<Answer> _answers = [];

    public string Id => id;

    public string Tag => tag;

    public string Summary => summary;

    public string Description { get; private set; } = "";

    public bool IsBodyOptional { get; private set; }

    public IReadOnlyList<Parameter> Parameters => _parameters;

    public IReadOnlyList<Content> Bodies => _bodies;

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>Names of headers that its answers bear, with what they say.</summary>
    public IReadOnlyList<(string Name, string Description)> AnswerHeaders { get; private set; } = [];

    public Operation Says(string description)
    {
        Description = description;
        return this;
    }

    /// <summary>Its query fills a message's fields.</summary>
    public Operation Query(MessageDescriptor message, params string[] except)
    {
        _parameters.AddRange(message.Fields.InDeclarationOrder().Where(f => !except.Contains(f.JsonName))
            .Select(f => new Parameter(f.JsonName, ParameterLocation.Query, JsonSchemaType.String, "", f)));
        return this;
    }

    public Operation Query(string name, JsonSchemaType type, string description)
    {
        _parameters.Add(new Parameter(name, ParameterLocation.Query, type, description));
        return this;
    }

    public Operation Header(string name, string description)
    {
        _parameters.Add(new Parameter(name, ParameterLocation.Header, JsonSchemaType.String, description));
        return this;
    }

    public Operation Takes(string contentType, MessageDescriptor? message = null, bool isOptional = false)
    {
        _bodies.Add(new Content(contentType, message));
        IsBodyOptional = isOptional;
        return this;
    }

    /// <summary>It answers a message as JSON.</summary>
    public Operation Gives(MessageDescriptor message, int status = StatusCodes.Status200OK, string description = "Done.") =>
        Gives(status, description, new Content(Json.ProtoJson.ContentType, message));

    public Operation Gives(int status, string description, params Content[] contents)
    {
        _answers.Add(new Answer(status, description, contents));
        return this;
    }

    public Operation GivesHeaders(params (string Name, string Description)[] headers)
    {
        AnswerHeaders = headers;
        return this;
    }

    /// <summary>A misspelt filter would else be none at all.</summary>
    /// <exception cref="ProblemException">The query has a parameter that the route does not know.</exception>
    public void CheckQuery(IQueryCollection query)
    {
        foreach (var name in query.Keys)
        {
            var known = _parameters.Where(p => p.In == ParameterLocation.Query).Select(p => p.Name).ToList();
            if (known.Contains(name))
                continue;
            var hint = Spelling.Nearest(name.Length > Printable.MaxLength ? "" : name, known) is { } near ? $"did you mean '{near}'?"
                : known.Count > 0 ? $"known are {string.Join(", ", known)}" : "this route takes none";
            throw ProblemException.ParameterUnknown($"there is no query parameter '{Printable.Of(name)}' here; {hint}");
        }
    }
}
