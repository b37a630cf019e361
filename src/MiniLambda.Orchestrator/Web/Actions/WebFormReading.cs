using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using MiniLambda.Domain.Quantities;
using MiniLambda.Orchestrator.Blobs;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>
/// Reads forms as they come in: fields into memory, files straight into the blob store. A form must prove that it is the session's own before any file
/// of it is read.
/// </summary>
internal sealed class WebFormReading(BlobAccess blobs, OrchestratorOptions options)
{
    private const string FormToken = "form-token";
    private const int MaxFields = 2000;
    private const int MaxFieldBytes = 2 << 20;
    private const int ChunkBytes = 64 << 10;

    private long MaxFile => Math.Max(options.MaxModuleBytes, options.MaxInputBytes);

    /// <exception cref="RefusedException">It is not the session's, or too large.</exception>
    /// <exception cref="BadHttpRequestException">It broke off or is no form.</exception>
    public async Task<WebForm> ReadAsync(HttpContext context, Visit visit)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxFile + MaxFieldBytes;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            throw NoForm();
        var form = new WebForm();
        try
        {
            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
                await ReadPartsAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? throw NoForm(), visit, form);
            else if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
                await ReadFieldsAsync(request, form);
            else
                throw NoForm();
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"the form is not complete or too large: {e.Message}", e);
        }

        Prove(visit, form);
        return form;
    }

    private static async Task ReadFieldsAsync(HttpRequest request, WebForm form)
    {
        var reader = new FormPipeReader(request.BodyReader) { ValueCountLimit = MaxFields, ValueLengthLimit = MaxFieldBytes };
        foreach (var (name, values) in await reader.ReadFormAsync(request.HttpContext.RequestAborted))
        {
            foreach (var value in values)
                form.Add(name, value ?? "");
        }
    }

    private async Task ReadPartsAsync(HttpRequest request, string boundary, Visit visit, WebForm form)
    {
        var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4 << 10 };
        var (fields, left) = (0, MaxFieldBytes);
        while (await reader.ReadNextSectionAsync(visit.Cancelled) is { } section)
        {
            if (++fields > MaxFields || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                throw NoForm();
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (!disposition.IsFileDisposition())
            {
                var value = await ReadTextAsync(section.Body, left, visit.Cancelled);
                left -= value.Length;
                form.Add(name, value);
            }
            else if (HeaderUtilities.RemoveQuotes(disposition.FileName).Length > 0)
            {
                // The proof stands in front of every file.
                Prove(visit, form);
                form.Files[name] = await blobs.TakeInAsync(visit.Caller, MaxFile, "BLOB_TOO_LARGE", ChunksAsync(section.Body, visit.Cancelled), visit.Cancelled);
            }
        }
    }

    private static async Task<string> ReadTextAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await foreach (var chunk in ChunksAsync(body, cancellationToken))
        {
            if (bytes.Length + chunk.Length > limit)
                throw Refused.Invalid("INPUT_TOO_LARGE", $"a form's fields have at most {ByteSize.Format(MaxFieldBytes)} together; send more as a file");
            bytes.Write(chunk.Span);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkBytes];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            yield return buffer.AsMemory(0, read);
    }

    private static void Prove(Visit visit, WebForm form)
    {
        if (visit.Session?.Owns(form[FormToken]) != true)
            throw new RefusedException(RefusalKind.Forbidden, "FORM_FOREIGN", "the form is not of this session: open the page again, and do it again");
    }

    private static BadHttpRequestException NoForm() => new("this is no form of this page", StatusCodes.Status400BadRequest);
}
