using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Live;

/// <summary>What each tab asks for.</summary>
internal sealed partial class SubjectFeed
{
    private const int MaxEvents = 500;

    /// <summary>Nodes that are asked whether they have a module compiled.</summary>
    private const int MaxAsked = 50;

    private Task ReadAsync(Subject subject, DetailTab tab, CancellationToken stop) => subject switch
    {
        JobSubject job => ReadJobAsync(job, tab, stop),
        FunctionSubject function => ReadFunctionAsync(function, tab, stop),
        NodeSubject node => ReadNodeAsync(node, tab, stop),
        _ => Task.CompletedTask,
    };

    private async Task ReadJobAsync(JobSubject subject, DetailTab tab, CancellationToken stop)
    {
        var job = await _cluster.Jobs.GetAsync(new GetJobRequest { Id = subject.Id }, cancellationToken: stop);
        // A job that was run again has another result.
        Set(subject, d => d with { Job = job, Result = Equals(d.Job?.FinishedAt, job.FinishedAt) ? d.Result : null });
        if (tab == DetailTab.Logs)
            FollowLogAgain(subject, job);
        var known = _now.Subject == subject ? Known(subject) : Detail.None;
        switch (tab)
        {
            case DetailTab.Explain:
                var explanation = await _cluster.Jobs.ExplainAsync(new ExplainJobRequest { Id = subject.Id }, cancellationToken: stop);
                Set(subject, d => d with { Explanation = explanation });
                break;
            case DetailTab.Manifest when known.Function is null:
                var request = new GetFunctionRequest { Name = job.Function, Version = job.Version };
                var function = await _cluster.Functions.GetAsync(request, new CallOptions(cancellationToken: stop).InTenant(job.Tenant));
                Set(subject, d => d with { Function = function });
                break;
            case DetailTab.Input when known.Input is null:
                var input = await PreviewAsync(
                    _cluster.Jobs.Input(new JobInputRequest { Id = subject.Id }, cancellationToken: stop), c => c.Data, c => c.TotalSize, stop);
                Set(subject, d => d with { Input = input });
                break;
            case DetailTab.Result when job.FinishedAt is null:
                Set(subject, d => d with { Result = null });
                break;
            case DetailTab.Result when known.Result is null:
                var result = await PreviewAsync(
                    _cluster.Jobs.Result(new JobResultRequest { Id = subject.Id }, cancellationToken: stop), c => c.Data, c => c.TotalSize, stop);
                Set(subject, d => d with { Result = result });
                break;
            case DetailTab.Events:
                await ReadEventsAsync(subject, stop);
                break;
        }
    }

    private async Task ReadEventsAsync(JobSubject subject, CancellationToken stop)
    {
        var events = new List<Event>();
        try
        {
            using var call = _cluster.Events.Watch(new WatchEventsRequest { Job = subject.Id }, cancellationToken: stop);
            await foreach (var answer in call.ResponseStream.ReadAllAsync(stop))
                events.AddRange(answer.Events);
        }
        catch (ApiException e) when (e.Status == StatusCode.Unimplemented || e.Reason == "EVENTS_TRIMMED")
        {
            // The attempts tell the story without them.
        }

        Set(subject, d => d with { Events = [.. events.TakeLast(MaxEvents)] });
    }

    private async Task ReadFunctionAsync(FunctionSubject subject, DetailTab tab, CancellationToken stop)
    {
        if (tab == DetailTab.Running)
        {
            var request = new ListJobsRequest { Function = subject.Name, PageSize = 50 };
            var jobs = await _cluster.Jobs.ListAsync(request, cancellationToken: stop);
            Set(subject, d => d with { Jobs = jobs.Jobs });
        }
        else if (Known(subject).Function is null)
        {
            var function = await _cluster.Functions.GetAsync(
                new GetFunctionRequest { Name = subject.Name, Version = subject.Version }, cancellationToken: stop);
            Set(subject, d => d with { Function = function });
        }

        if (tab == DetailTab.Module && Known(subject).Function is { } known)
            await ReadCompiledAsync(subject, known.ModuleDigest, stop);
    }

    private async Task ReadCompiledAsync(FunctionSubject subject, string digest, CancellationToken stop)
    {
        var page = await _cluster.Cluster.ListWorkersAsync(new ListWorkersRequest { PageSize = MaxAsked }, cancellationToken: stop);
        var asked = await Task.WhenAll(page.Workers.Where(w => w.Status == WorkerInfo.Types.Status.Ready).Select(async w =>
            await _cluster.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = w.Name }, cancellationToken: stop)));
        Set(subject, d => d with { Compiled = [.. asked.Select(w => (w.Name, w.ArtifactCache?.Artifacts.FirstOrDefault(a => a.ModuleDigest == digest)))] });
    }

    private async Task ReadNodeAsync(NodeSubject subject, DetailTab tab, CancellationToken stop)
    {
        var worker = await _cluster.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = subject.Name }, cancellationToken: stop);
        Set(subject, d => d with { Worker = worker });
        if (tab == DetailTab.Running)
        {
            var request = new ListJobsRequest { Worker = subject.Name, PageSize = 50, States = { Job.Types.State.Running, Job.Types.State.Leased } };
            var jobs = await _cluster.Jobs.ListAsync(request, cancellationToken: stop);
            Set(subject, d => d with { Jobs = jobs.Jobs });
        }
    }

    private static async Task<Preview> PreviewAsync<T>(
        AsyncServerStreamingCall<T> call, Func<T, Google.Protobuf.ByteString> data, Func<T, long> size, CancellationToken stop)
    {
        using var opened = call;
        using var bytes = new MemoryStream();
        long total = 0;
        while (bytes.Length < Preview.MaxBytes && await call.ResponseStream.MoveNext(stop))
        {
            var piece = call.ResponseStream.Current;
            total = size(piece);
            bytes.Write(data(piece).Span[..(int)Math.Min(data(piece).Length, Preview.MaxBytes - bytes.Length)]);
        }

        return new Preview(bytes.ToArray(), total);
    }
}
