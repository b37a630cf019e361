using System.Collections.Immutable;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

public sealed partial class ClusterFeed
{
    private const int PageSize = 200;

    /// <summary>Jobs that are looked at for a query whose terms the orchestrator does not know.</summary>
    private const int MaxLookedAt = 4000;

    private const int MaxLoad = 120;
    private const int MaxEvents = 200;

    /// <summary>Functions and nodes that a screen can still show sensibly.</summary>
    private const int MaxListed = 5000;

    private async Task ReadAsync(Part part)
    {
        var started = _clock.GetTimestamp();
        await (part switch
        {
            Part.Info => ReadInfoAsync(),
            Part.Functions => ReadFunctionsAsync(),
            Part.Jobs => ReadJobsAsync(),
            _ => ReadWorkersAsync(),
        });
        _due.Took(part, _clock.GetElapsedTime(started));
    }

    private async Task ReadInfoAsync()
    {
        var info = await _cluster.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: _stop.Token);
        var rates = info.Throughput ?? new Throughput();
        var sample = new OverviewSample(
            rates.Submitted, rates.Succeeded + rates.Failed, rates.Failed,
            Milliseconds(rates.Whole?.P50), Milliseconds(rates.Whole?.P95), Milliseconds(rates.Whole?.P99), info.QueuedJobs, info.RunningJobs);
        Change(s => s with { Info = info, History = s.History.With(sample) });
    }

    private static double Milliseconds(Google.Protobuf.WellKnownTypes.Duration? time) => time?.ToTimeSpan().TotalMilliseconds ?? double.NaN;

    private async Task ReadWorkersAsync()
    {
        var workers = new List<WorkerInfo>();
        var request = new ListWorkersRequest { PageSize = 1000 };
        do
        {
            var page = await _cluster.Cluster.ListWorkersAsync(request, cancellationToken: _stop.Token);
            workers.AddRange(page.Workers);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && workers.Count < MaxListed);
        Change(s => s with
        {
            Workers = workers,
            Load = workers.ToImmutableDictionary(w => w.Name, w => Grow(s.Load.GetValueOrDefault(w.Name, []), w.Load?.CpuFraction ?? 0, MaxLoad)),
        });
    }

    private async Task ReadFunctionsAsync()
    {
        var open = Wished.Open;
        var functions = await ListFunctionsAsync("");
        var versions = ImmutableDictionary.CreateBuilder<string, IReadOnlyList<Function>>();
        foreach (var name in open.Where(name => functions.Exists(f => f.Name == name)))
            versions[name] = await ListFunctionsAsync(name);
        // Names are each tenant's own: of who sees all, those of the tenant that it works in are told apart by them.
        Change(s => s with { Functions = [.. functions.Where(f => s.Info is not { Tenant.Length: > 0 } info || f.Tenant == info.Tenant)], Versions = versions.ToImmutable() });
    }

    private async Task<List<Function>> ListFunctionsAsync(string name)
    {
        var functions = new List<Function>();
        var request = new ListFunctionsRequest { PageSize = 1000, Name = name };
        do
        {
            var page = await _cluster.Functions.ListAsync(request, cancellationToken: _stop.Token);
            functions.AddRange(page.Functions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0 && functions.Count < MaxListed);
        return functions;
    }

    private async Task ReadJobsAsync()
    {
        var wish = Wished;
        var now = _clock.GetUtcNow();
        var request = wish.Query.ToRequest(now);
        request.PageSize = Math.Clamp(wish.JobRows, 1, PageSize);
        var found = new List<Job>();
        var lookedAt = 0;
        var problem = "";
        do
        {
            try
            {
                var page = await _cluster.Jobs.ListAsync(request, cancellationToken: _stop.Token);
                lookedAt += page.Jobs.Count;
                found.AddRange(page.Jobs.Where(job => wish.Query.Matches(job, now)));
                request.PageToken = page.NextPageToken;
                request.PageSize = PageSize;
            }
            catch (ApiException e) when (e is { Status: StatusCode.InvalidArgument, Reason.Length: > 0 })
            {
                // It is there, and says what is wrong with the query, such as a name that none can have.
                (problem, request.PageToken) = (e.Message, "");
            }
        }
        while (request.PageToken.Length > 0 && found.Count < wish.JobRows && lookedAt < MaxLookedAt);
        // What was asked for has changed meanwhile: the next read brings it.
        if (Wished.Query == wish.Query)
            Change(s => s with { Jobs = new JobPage(wish.Query, found, request.PageToken.Length > 0, lookedAt) { Problem = problem } });
    }

    private Wish Wished
    {
        get
        {
            lock (_gate)
                return _wish;
        }
    }

    private void Take(Google.Protobuf.Collections.RepeatedField<Event> events)
    {
        if (events.Count == 0)
            return;
        foreach (var happened in events)
        {
            if (happened.Job is { } job)
            {
                _due.Mark(Part.Jobs);
                _subject.Happened(job.Id);
            }
            else
            {
                _due.Mark(Part.Workers);
            }
        }

        Change(s => s with
        {
            Events = s.Events.Count + events.Count <= MaxEvents
                ? s.Events.AddRange(events)
                : s.Events.AddRange(events).RemoveRange(0, s.Events.Count + events.Count - MaxEvents),
        });
    }

    private static ImmutableList<T> Grow<T>(ImmutableList<T> list, T item, int max) => (list.Count < max ? list : list.RemoveAt(0)).Add(item);
}
