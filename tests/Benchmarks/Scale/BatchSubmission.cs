using System.Diagnostics;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>Submits many jobs over one stream.</summary>
internal static class BatchSubmission
{
    /// <summary>How many jobs were accepted in a second.</summary>
    /// <param name="label">A label that a worker must bear; empty = any takes them.</param>
    public static async Task<double> RunAsync(ClusterConnection cluster, int count, string label, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        using var call = cluster.Jobs.SubmitBatch(cancellationToken: cancellationToken);
        var writing = WriteAsync();
        for (var answers = 0; answers < count; answers++)
        {
            if (!await call.ResponseStream.MoveNext(cancellationToken))
                throw new InvalidOperationException($"the stream ended after {answers} answers");
            if (call.ResponseStream.Current is { Id: "", Message: var refusal })
                throw new InvalidOperationException($"a job was refused: {refusal}");
        }

        await writing;
        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;

        async Task WriteAsync()
        {
            var request = new SubmitJobRequest { Function = OrchestratorProcess.Function };
            if (label.Length > 0)
                request.Overrides = new JobOverrides { Labels = { ["only"] = label } };
            for (var i = 0; i < count; i++)
                await call.RequestStream.WriteAsync(request, cancellationToken);
            await call.RequestStream.CompleteAsync();
        }
    }
}
