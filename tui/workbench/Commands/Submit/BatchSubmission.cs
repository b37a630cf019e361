using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>Submits the lines of a file over one stream; each is answered as it is committed.</summary>
internal static class BatchSubmission
{
    /// <param name="function">What runs when a line names none.</param>
    /// <param name="answered">Told of each answer, in the order of the lines.</param>
    /// <returns>How many lines were refused.</returns>
    /// <exception cref="CommandException">A line is not a request; those before it are submitted.</exception>
    public static async Task<int> RunAsync(
        ClusterConnection cluster, TextReader lines, string? function, Action<SubmitBatchResponse> answered, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        using var call = cluster.Jobs.SubmitBatch(cancellationToken: cancellationToken);
        // Which line a request stood in: empty ones are passed over.
        var numbers = new Queue<int>();
        var refused = 0;
        var writing = WriteAsync();
        while (await call.ResponseStream.MoveNext(cancellationToken))
        {
            var answer = call.ResponseStream.Current;
            int number;
            lock (numbers)
                number = numbers.Dequeue();
            answered(answer);
            if (answer.Id.Length > 0)
                continue;
            refused++;
            await terminal.Error.WriteLineAsync($"error: line {number}: {answer.Message}");
        }

        await writing;
        return refused;

        async Task WriteAsync()
        {
            try
            {
                for (var number = 1; await lines.ReadLineAsync(cancellationToken) is { } line; number++)
                {
                    if (string.IsNullOrWhiteSpace(line))
                        continue;
                    var request = BatchLine.Read(line, number, function);
                    lock (numbers)
                        numbers.Enqueue(number);
                    await call.RequestStream.WriteAsync(request, cancellationToken);
                }
            }
            finally
            {
                // What was sent is answered in any case.
                await call.RequestStream.CompleteAsync();
            }
        }
    }
}
