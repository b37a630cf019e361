using Microsoft.AspNetCore.Http;

namespace MiniLambda.Orchestrator.Rest.Problems;

/// <summary>A request is refused for what only HTTP knows of: its headers, its method, its content type.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;

    public static ProblemException NotReadable(string detail) => new(new Problem(StatusCodes.Status400BadRequest, "MESSAGE_MALFORMED", detail));

    public static ProblemException WrongType(string detail) => new(new Problem(StatusCodes.Status415UnsupportedMediaType, "CONTENT_TYPE_UNSUPPORTED", detail));

    public static ProblemException TooLarge(string detail) => new(new Problem(StatusCodes.Status413PayloadTooLarge, "BODY_TOO_LARGE", detail));

    public static ProblemException NotAcceptable(string detail) => new(new Problem(StatusCodes.Status406NotAcceptable, "NOT_ACCEPTABLE", detail));

    public static ProblemException ParameterUnknown(string detail) => new(new Problem(StatusCodes.Status400BadRequest, "FIELD_UNKNOWN", detail));
}
