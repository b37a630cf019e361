using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd.Faults;

/// <summary>
/// A cluster of real processes under mixed load and random faults: kills of the orchestrator and of workers, all at once, workers that are suspended
/// past their lease, restarts by signal. Everything random comes from one seed. At the end all goes on undisturbed until each acknowledged job has its
/// outcome, and <see cref="StoreChecker"/> says what broke a promise.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private static readonly string[] Workers = ["one", "two", "three"];

    /// <summary>Shorter than some of the suspensions.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly Random _random;
    private readonly Cluster _cluster;
    private readonly ConcurrentDictionary<string, bool> _accepted = new();
    private readonly ConcurrentDictionary<string, int> _faults = new();
    private readonly List<string> _broken = [];

    private FaultRun(int seed, Cluster cluster) => (_random, _cluster) = (new Random(seed), cluster);

    /// <summary>Jobs that were acknowledged.</summary>
    public int Jobs => _accepted.Count;

    /// <summary>Which faults there were, for people.</summary>
    public string Faults => string.Join(", ", _faults.OrderBy(f => f.Key).Select(f => $"{f.Value} {f.Key}"));

    public static async Task<FaultRun> StartAsync(int seed)
    {
        var cluster = await Cluster.StartAsync(Lease, Workers);
        await cluster.PushAsync("sleepy", "nap", "[retry]\nattempts = 50\nbackoff = \"20ms\"\nmax_backoff = \"200ms\"\n[limits]\ntimeout = \"1m\"\n");
        await cluster.PushAsync("primes", "fails", "args = [\"not a number\"]\n[retry]\nattempts = 3\nbackoff = \"20ms\"\non = [\"exit\", \"worker_lost\"]\n");
        await cluster.PushAsync("wordcount", "count");
        return new FaultRun(seed, cluster);
    }

    /// <summary>Load and faults for some time, then peace; answers all violations.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = Enumerable.Range(0, 3).Select(i => SubmitUntilAsync(new Random(_random.Next()), stop.Token)).ToList();
        var begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < time)
        {
            await Task.Delay(_random.Next(50, 700), cancellationToken);
            await DisturbAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        await _cluster.ReachAsync();
        await _cluster.SettleAsync(cancellationToken);
        foreach (var worker in Workers)
            await Cluster.UntilAsync(() => _cluster.Spooled(worker).Count == 0, $"outcomes of jobs that are over stay on the disk of worker {worker}");
        await Task.WhenAll(_cluster.Workers.Values.Select(worker => worker.TerminateAsync()));
        await _cluster.Orchestrator.TerminateAsync();
        return
        [
            .. _broken,
            .. Workers.SelectMany(_cluster.Temporary).Select(file => $"{file} was left by a worker that stopped cleanly"),
            .. await StoreChecker.CheckAsync(_cluster.Data, [.. _accepted.Keys]),
        ];
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task DisturbAsync()
    {
        var worker = Workers[_random.Next(Workers.Length)];
        switch (_random.Next(10))
        {
            case < 3:
                Note("orchestrator killed");
                await _cluster.Orchestrator.KillAsync();
                await _cluster.StartOrchestratorAsync();
                break;
            case < 6:
                Note("worker killed");
                await _cluster.Workers[worker].KillAsync();
                await _cluster.StartWorkerAsync(worker);
                break;
            case 6:
                Note("worker stopped by signal");
                await _cluster.Workers[worker].TerminateAsync();
                await _cluster.StartWorkerAsync(worker);
                break;
            case 7:
                Note("worker suspended past its lease");
                _cluster.Workers[worker].Suspend();
                await Task.Delay(_random.Next(2500, 3500));
                _cluster.Workers[worker].Continue();
                break;
            case 8:
                Note("worker suspended for a moment");
                _cluster.Workers[worker].Suspend();
                await Task.Delay(_random.Next(100, 900));
                _cluster.Workers[worker].Continue();
                break;
            default:
                Note("all killed at once");
                await Task.WhenAll([_cluster.Orchestrator.KillAsync(), .. _cluster.Workers.Values.Select(w => w.KillAsync())]);
                await _cluster.StartOrchestratorAsync();
                foreach (var name in Workers)
                    await _cluster.StartWorkerAsync(name);
                break;
        }
    }

    private async Task SubmitUntilAsync(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await SubmitOneAsync(random);
                await Task.Delay(random.Next(5, 40), CancellationToken.None);
            }
            catch (ApiException e) when (e.Status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)
            {
                // The orchestrator is being killed: this one was not acknowledged.
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task SubmitOneAsync(Random random)
    {
        var jobs = _cluster.Connection.Jobs;
        var request = new SubmitJobRequest { Function = "nap", Overrides = new JobOverrides { Args = { "2", $"{random.Next(1, 60)}" } }, Priority = random.Next(-10, 10) };
        switch (random.Next(8))
        {
            case 0:
                request = new SubmitJobRequest { Function = "fails" };
                break;
            case 1:
                // More than travels inline, so that blobs are under fire too.
                request = new SubmitJobRequest { Function = "count", Input = Google.Protobuf.ByteString.CopyFrom(new byte[random.Next(1, 60_000)]) };
                break;
            case 2:
                await SubmitTwiceAsync(request, random);
                return;
            case 3:
                request.Delay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(random.Next(1, 800)));
                break;
            case 4:
                request.Ttl = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(random.Next(50, 5000)));
                break;
        }

        var job = (await jobs.SubmitAsync(request)).Job;
        _accepted[job.Id] = true;
        if (random.Next(10) == 0)
            await CancelAsync(job.Id);
    }

    // A client that heard nothing asks again with its key: there is one job, whichever answer it gets.
    private async Task SubmitTwiceAsync(SubmitJobRequest request, Random random)
    {
        request.IdempotencyKey = $"key-{random.NextInt64()}";
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            try
            {
                ids.Add((await _cluster.Connection.Jobs.SubmitAsync(request)).Job.Id);
            }
            catch (ApiException e) when (e.Status is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unknown)
            {
                await Task.Delay(50);
            }
        }

        foreach (var id in ids)
            _accepted[id] = true;
        if (ids.Count > 1)
        {
            lock (_broken)
                _broken.Add($"one idempotency key made {string.Join(" and ", ids)}");
        }
    }

    private async Task CancelAsync(string id)
    {
        try
        {
            await _cluster.Connection.Jobs.CancelAsync(new CancelJobRequest { Id = id });
        }
        catch (ApiException e) when (e.Reason == "JOB_FINISHED")
        {
            // It was faster.
        }
    }

    private void Note(string fault) => _faults.AddOrUpdate(fault, 1, (_, count) => count + 1);
}
