using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MiniLambda.Orchestrator.Refusals;
using MiniLambda.Orchestrator.Rest.Json;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Streams;

/// <summary>
/// An answer that goes on: as server-sent events (WHATWG HTML, 9.2), as lines of JSON, or as text. Whoever takes nothing for
/// <see cref="OrchestratorOptions.WatcherPatience"/> is cut off; nothing is kept for it but what was written last. Used by one caller at a time.
/// </summary>
internal sealed class LiveAnswer(HttpContext context, LiveFormat format, TimeSpan patience, TimeProvider clock)
{
    /// <summary>So often something is sent where nothing happens, so that neither a proxy nor the client thinks that it is over.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public bool IsEvents => format == LiveFormat.Events;

    /// <summary>Answers at once that there is somebody to come back to.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var response = context.Response;
        response.ContentType = format switch
        {
            LiveFormat.Events => "text/event-stream",
            LiveFormat.Lines => "application/x-ndjson",
            _ => "text/plain; charset=utf-8",
        };
        response.Headers["x-accel-buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (IsEvents)
            Write("retry: 1000\n: open\n\n");
        await FlushAsync(cancellationToken);
    }

    /// <param name="id">What to come back with.</param>
    public void Add(long id, IMessage message)
    {
        if (IsEvents)
            Write(string.Create(CultureInfo.InvariantCulture, $"id: {id}\ndata: {ProtoJson.Format(message)}\n\n"));
        else
            Write($"{ProtoJson.Format(message)}\n");
    }

    /// <summary>Bytes as they are; only where the answer is text.</summary>
    public void Add(ReadOnlySpan<byte> text) => context.Response.BodyWriter.Write(text);

    /// <summary>Tells those who may come back where to, without that anything happened.</summary>
    public void Add(long id)
    {
        if (IsEvents)
            Write(string.Create(CultureInfo.InvariantCulture, $"id: {id}\n\n"));
    }

    /// <summary>Tells that it is all over: who comes back finds nothing more.</summary>
    public void AddEnd(IMessage last)
    {
        if (IsEvents)
            Write($"event: end\ndata: {ProtoJson.Format(last)}\n\n");
    }

    /// <summary>Tells why it ends before its time.</summary>
    public async Task FailAsync(Problem problem)
    {
        if (format == LiveFormat.Text)
        {
            // Nothing that could be told apart from what it is about.
            context.Abort();
            return;
        }

        var json = Encoding.UTF8.GetString(problem.ToJson().Span);
        var id = problem.More.FirstOrDefault(static m => m.Key == "offset") is { Key: not null } resume
            ? string.Create(CultureInfo.InvariantCulture, $"id: {resume.Value}\n") : "";
        Write(IsEvents ? $"event: problem\n{id}data: {json}\n\n" : $"{{\"problem\":{json}}}\n");
        await FlushAsync(context.RequestAborted);
    }

    /// <summary>Writes what comes, and keeps the answer alive in between.</summary>
    /// <param name="write">Adds an item and flushes.</param>
    /// <param name="items">Are made with this token, and end with it.</param>
    public async Task PumpAsync<T>(
        Func<CancellationToken, IAsyncEnumerable<T>> items, Func<T, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = items(ending.Token).GetAsyncEnumerator(ending.Token);
        Task<bool>? next = null;
        try
        {
            while (await WaitAsync(next = all.MoveNextAsync().AsTask(), ending.Token))
                await write(all.Current, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await all.DisposeAsync();
        }
    }

    /// <exception cref="RefusedException">The client takes nothing; its connection is cut.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var flushing = context.Response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
        try
        {
            await flushing.WaitAsync(patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            context.Abort();
            throw Refused.WatcherTooSlow(patience, 0);
        }
        finally
        {
            // One that is given up fails when its connection ends, and nobody needs to hear of it.
            if (!flushing.IsCompleted)
                _ = flushing.ContinueWith(static f => f.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private async Task<bool> WaitAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        while (!next.IsCompleted)
        {
            await ((Task)next.WaitAsync(KeepAlive, clock, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (next.IsCompleted || cancellationToken.IsCancellationRequested)
                break;
            if (!IsEvents)
                continue;
            Write(": still here\n\n");
            await FlushAsync(cancellationToken);
        }

        return await next;
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, context.Response.BodyWriter);
}
