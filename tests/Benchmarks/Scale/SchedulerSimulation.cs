using MiniLambda.Domain.Access;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Workers;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Orchestrator.Dispatch;
using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Benchmarks.Scale;

/// <summary>
/// The scheduler's own classes in simulated time: jobs of several tenants and classes arrive, nodes come and go, and the clock jumps from event to
/// event. Tells how busy the nodes were, how long jobs waited, and whether tenants got what is theirs.
/// </summary>
internal sealed class SchedulerSimulation
{
    private static readonly Caller Cluster = new(Caller.Cluster, Role.Admin, null);

    private static readonly (string Name, double Weight, double Share)[] Tenants = [("steady", 1, 0.3), ("heavy", 3, 0.4), ("flood", 1, 0.3)];
    private static readonly (string Label, int Slots, double Seconds)[] Classes = [("", 1, 1), ("", 2, 4), ("gpu", 1, 10), ("", 4, 20)];

    private readonly SimulatedClock _clock = new();
    private readonly Random _random;
    private readonly Fleet _fleet;
    private readonly LaneTable _lanes;
    private readonly PriorityQueue<Action, TimeSpan> _events = new();
    private readonly Dictionary<string, List<double>> _waits = Tenants.ToDictionary(static tenant => tenant.Name, static _ => new List<double>());
    private readonly Dictionary<string, double> _served = Tenants.ToDictionary(static tenant => tenant.Name, static _ => 0.0);
    private readonly Dictionary<JobId, (TimeSpan At, string Tenant)> _submitted = [];
    private readonly Dictionary<Lane, SortedDictionary<(long Rank, long Sequence), ReadyEntry>> _store = [];
    private readonly JobIdGenerator _ids;
    private readonly FunctionVersion _function;
    private double _busySeconds;
    private long _slots;
    private int _failures;
    private long _sequence;

    private SchedulerSimulation(int seed)
    {
        _random = new Random(seed);
        _fleet = new Fleet(_clock);
        _lanes = new LaneTable(1024, static tenant => Tenants.First(t => t.Name == tenant).Weight, _clock) { IsComplete = true };
        _ids = new JobIdGenerator(_clock, _random);
        var manifest = new FunctionManifest { Name = FunctionName.Parse("f"), Module = "f.wasm" };
        _function = new FunctionVersion(Lane.DefaultTenant, manifest.Name, 1, BlobDigest.Of("m"u8), 1, "", manifest, DateTimeOffset.UnixEpoch);
    }

    public static int Run(int nodes, int jobs, int seed)
    {
        Console.WriteLine($"{nodes} nodes, {jobs} jobs, seed {seed}");
        new SchedulerSimulation(seed).Run(nodes, jobs);
        return 0;
    }

    private void Run(int nodes, int jobs)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < nodes; i++)
            Join(i);
        // As much work as keeps the nodes busy for the time it arrives in, and a tenth more: queues form.
        var work = Classes.Average(static c => c.Slots * c.Seconds) * jobs;
        var span = TimeSpan.FromSeconds(work / (_slots * 1.1));
        for (var i = 0; i < jobs; i++)
            _events.Enqueue(Submit, span * _random.NextDouble());
        for (var i = 0; i < nodes / 100; i++)
            _events.Enqueue(() => Fail(_random.Next(nodes)), span * _random.NextDouble());
        var loaded = 0.0;
        while (_events.TryDequeue(out var happen, out var at))
        {
            _clock.Now = at;
            happen();
            Place();
            if (at <= span)
                loaded = _busySeconds;
        }

        var waits = _waits.Values.SelectMany(static wait => wait).ToList();
        Console.WriteLine($"simulated {_clock.Now.TotalSeconds:0.0} s in {System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; {_failures} nodes failed");
        Console.WriteLine($"utilisation while jobs arrived: {loaded / (_slots * span.TotalSeconds):P1} of {_slots} slots");
        Console.WriteLine($"wait, all:    {Distribution.Describe(waits, "s")}");
        foreach (var (name, weight, _) in Tenants)
        {
            Console.WriteLine($"wait, {name,-7} {Distribution.Describe(_waits[name], "s")}; weight {weight:0}, "
                + $"{_served[name] / _served.Values.Sum():P1} of the slot time");
        }

        var lost = _submitted.Count;
        Console.WriteLine($"{jobs - lost} jobs done, {lost} lost");
    }

    private void Join(int node)
    {
        var slots = 1 << _random.Next(0, 4);
        var labels = new Dictionary<string, string>();
        if (node % 10 == 0)
            labels["gpu"] = "true";
        var description = new WorkerDescription($"n{node}", Guid.NewGuid(), "x86_64", "linux", slots, 16L << 30, slots, labels, "sim", "sim");
        var session = new WorkerSession(description.Name, Cluster, CancellationToken.None);
        _fleet.Join(session, description, new HashSet<(JobId, int)>(), static _ => { });
        _slots += slots;
        _sessions[node] = (session, description, slots);
    }

    private readonly Dictionary<int, (WorkerSession Session, WorkerDescription Description, int Slots)> _sessions = [];

    // A node vanishes and comes back a minute later; what it ran is queued again.
    private void Fail(int node)
    {
        var (session, description, _) = _sessions[node];
        _failures++;
        _fleet.Leave(session);
        foreach (var entry in _running.Where(run => run.Value.Node.Name == description.Name).Select(static run => run.Key).ToList())
        {
            var (_, job) = _running[entry];
            _running.Remove(entry);
            _fleet.EndLease(description.Name, job.Id, 1);
            Queue(job);
        }

        _lanes.Sort(_fleet.CanPlace);
        _events.Enqueue(
            () =>
            {
                var again = new WorkerSession(description.Name, Cluster, CancellationToken.None);
                _fleet.Join(again, description with { Instance = Guid.NewGuid() }, new HashSet<(JobId, int)>(), static _ => { });
                _sessions[node] = (again, description, _sessions[node].Slots);
                _lanes.Sort(_fleet.CanPlace);
            },
            _clock.Now + TimeSpan.FromMinutes(1));
    }

    private readonly Dictionary<long, (WorkerNode Node, ReadyEntry Job)> _running = [];

    private void Submit()
    {
        var pick = _random.NextDouble();
        var tenant = Tenants[0].Name;
        foreach (var (name, _, share) in Tenants)
        {
            tenant = name;
            if ((pick -= share) < 0)
                break;
        }

        var (label, slots, _) = Classes[_random.Next(Classes.Length)];
        var manifest = _function.Manifest with
        {
            Slots = slots,
            Placement = label.Length == 0 ? PlacementSpec.Anywhere : new PlacementSpec { Labels = new Dictionary<string, string> { [label] = "true" } },
        };
        var lane = new Lane(tenant, Placement.Key(manifest));
        var entry = new ReadyEntry(_ids.Next(), new ReadyCursor(JobRank.Of(_clock.GetUtcNow(), 0), ++_sequence), lane, _function, manifest);
        _submitted[entry.Id] = (_clock.Now, tenant);
        Queue(entry);
    }

    private void Queue(ReadyEntry entry)
    {
        if (!_store.TryGetValue(entry.Lane, out var stored))
            _store[entry.Lane] = stored = [];
        stored[(entry.Place.Rank, entry.Place.Sequence)] = entry;
        _lanes.Add(entry, _fleet.CanPlace(entry.Manifest));
    }

    private void Place()
    {
        do
        {
            while (_lanes.BeginRead() is { } next)
            {
                var after = next.Page.After is { } cursor ? (cursor.Rank, cursor.Sequence) : (long.MinValue, 0);
                var page = _store.TryGetValue(next.Lane.Lane, out var stored)
                    ? stored.Where(job => job.Key.CompareTo(after) > 0).Take(next.Page.Limit).Select(static job => job.Value).ToList()
                    : [];
                _lanes.EndRead(
                    next.Lane, next.Page,
                    page.ConvertAll(static job => new ReadyJob(job.Id, job.Place.Sequence, job.Place.Rank, job.Function.Name, 1, JobOverrides.None, job.Lane)),
                    page, _fleet.CanPlace);
            }

            PlaceReady();
        }
        while (_lanes.IsHungry);
    }

    private void PlaceReady()
    {
        foreach (var (entry, place) in _lanes.Take(static _ => true, entry => _fleet.Reserve(entry.Manifest, _function.Module, entry.Lane.Placement), () => _fleet.HasCredit))
        {
            _fleet.Grant(place, new ActiveLease(entry.Id, 1, _function.Tenant, _function.Name, 1, _function.Module));
            _store[entry.Lane].Remove((entry.Place.Rank, entry.Place.Sequence));
            var (at, tenant) = _submitted[entry.Id];
            _waits[tenant].Add((_clock.Now - at).TotalSeconds);
            var seconds = Classes.First(c => c.Slots == entry.Manifest.Slots && (c.Label.Length > 0) == (entry.Manifest.Placement.Labels.Count > 0)).Seconds;
            var took = seconds * (0.5 + _random.NextDouble());
            var run = ++_sequence;
            _running[run] = (place.Node, entry);
            _events.Enqueue(() => End(run, took), _clock.Now + TimeSpan.FromSeconds(took));
        }
    }

    private void End(long run, double took)
    {
        // Its node failed meanwhile.
        if (!_running.Remove(run, out var ended))
            return;
        _fleet.BeginFinish(ended.Node.Name, ended.Job.Id, 1, TimeSpan.FromSeconds(took));
        _fleet.EndLease(ended.Node.Name, ended.Job.Id, 1);
        var (_, tenant) = _submitted[ended.Job.Id];
        _submitted.Remove(ended.Job.Id);
        _busySeconds += took * ended.Job.Manifest.Slots;
        _served[tenant] += took * ended.Job.Manifest.Slots;
    }

    /// <summary>Time as the simulation has it.</summary>
    private sealed class SimulatedClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + Now;

        public override long GetTimestamp() => Now.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
