using Microsoft.AspNetCore.Http;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Rest.Documents;

/// <summary>Answers that more than one route gives.</summary>
internal static class OperationAnswers
{
    /// <summary>Bytes that never change, whole or in part.</summary>
    public static Operation GivesBytes(this Operation operation, string contentType) => operation
        .Header("Range", "Part of the bytes, such as bytes=0-99.")
        .Header("If-None-Match", "The entity tag of what is there already.")
        .Gives(StatusCodes.Status200OK, "The bytes.", new Content(contentType, null))
        .Gives(StatusCodes.Status206PartialContent, "The part that Range asks for.", new Content(contentType, null))
        .Gives(StatusCodes.Status304NotModified, "They are those that If-None-Match names.")
        .GivesHeaders(
            ("ETag", "The bytes' SHA-256."), ("Repr-Digest", "The same as RFC 9530 writes it."), ("Accept-Ranges", "bytes"),
            ("Content-Range", "Which part this is."));

    /// <summary>A function's version, new or standing.</summary>
    public static Operation GivesVersion(this Operation operation) => operation
        .Gives(PushFunctionResponse.Descriptor, StatusCodes.Status201Created, "A new version.")
        .Gives(PushFunctionResponse.Descriptor, description: "Nothing had changed: the newest version.");
}
