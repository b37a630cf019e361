using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Grpc;
using MiniLambda.Orchestrator.Jobs;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Rest.Documents;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;
using MiniLambda.Orchestrator.Traces;

namespace MiniLambda.Orchestrator.Rest;

/// <summary>Many jobs in one request: a line of JSON each, and a line of JSON back for each, as they come.</summary>
internal sealed class JobBatchRoute(JobBatch batch, StreamLifetime lifetime) : IRestResource
{
    private const string Lines = "application/x-ndjson";
    private const int MaxLineBytes = 1 << 20;

    public void Map(RestRoutes routes) => routes.Post("/jobs:batch", "JobService/SubmitBatch", new Operation("submitBatch", "jobs", "Accepts many jobs, a line of JSON each"), SubmitAsync)
        .Says("Each line is answered by itself and in order, once its job is on disk; one that is refused stops none of the others. The answers come while the lines go: a client that "
            + "cannot read while it sends puts at most 10,000 lines into a request.")
        .Takes(Lines, SubmitJobRequest.Descriptor).Gives(StatusCodes.Status200OK, "An answer a line.", new Content(Lines, SubmitBatchResponse.Descriptor));

    private async Task SubmitAsync(HttpContext context)
    {
        JsonBody.DemandJson(context.Request, Lines, "application/jsonl");
        // However many jobs, and however slowly they come: they are stored one by one, and none waits for the next.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate && HttpProtocol.IsHttp11(context.Request.Protocol))
            rate.MinDataRate = null;
        using var ending = lifetime.Link(context);
        var (caller, trace) = (Caller.Of(context), CallTrace.Of(context));
        context.Response.ContentType = Lines;
        await context.Response.BodyWriter.FlushAsync(ending.Token);
        await batch.RunAsync(
            ReadLinesAsync(context.Request.BodyReader, ending.Token), line => Read(line, caller, trace),
            async answer =>
            {
                Encoding.UTF8.GetBytes($"{ProtoJson.Format(JobMapping.Write(answer))}\n", context.Response.BodyWriter);
                await context.Response.BodyWriter.FlushAsync(ending.Token);
            },
            RpcErrors.StoreFailureInWords, ending.Token);
    }

    private static JobRequest Read(ReadOnlyMemory<byte>? line, Caller caller, string? trace)
    {
        try
        {
            return line is { } text
                ? JobMapping.Read(ProtoJson.Parse<SubmitJobRequest>(text.Span), caller, trace)
                : throw ProblemException.TooLarge($"the line has more than the {ByteSize.Format(MaxLineBytes)} that are accepted");
        }
        catch (ProblemException e)
        {
            throw Refused.Invalid(e.Problem.Reason, e.Message);
        }
    }

    /// <summary>The lines that say something; null for one that is too long.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>?> ReadLinesAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (tooLong, isOver, lines) = (false, false, new List<ReadOnlyMemory<byte>?>());
        while (!isOver)
        {
            var read = await body.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                Take(buffer.Slice(0, end));
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            isOver = read.IsCompleted;
            if (isOver || buffer.Length > MaxLineBytes)
            {
                // The rest of a line that is refused anyway is not kept.
                if (isOver)
                    Take(buffer);
                else
                    tooLong = true;
                buffer = buffer.Slice(buffer.End);
            }

            body.AdvanceTo(buffer.Start, read.Buffer.End);
            foreach (var line in lines)
                yield return line;
            lines.Clear();
        }

        void Take(ReadOnlySequence<byte> line)
        {
            if (tooLong || line.Length > MaxLineBytes)
                lines.Add(null);
            else if (!IsBlank(line))
                lines.Add(line.ToArray());
            tooLong = false;
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line) => line.IsEmpty || (line.Length <= 64 && line.ToArray().All(static b => b is (byte)' ' or (byte)'\r' or (byte)'\t'));
}
