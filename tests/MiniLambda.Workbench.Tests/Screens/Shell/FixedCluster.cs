using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Tests.Screens.Shell;

/// <summary>A cluster that stands still: the same names and times in every run.</summary>
internal sealed class FixedCluster : IClusterFeed
{
    public static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public FixedCluster(Snapshot snapshot)
    {
        Current = snapshot;
        Log.Begin("j-06zjjkvteapv9");
        for (var i = 14; i < 17; i++)
        {
            Log.Add("j-06zjjkvteapv9", new TailPiece("nas", new JobLogChunk
            {
                Attempt = 1,
                At = Timestamp.FromDateTimeOffset(Now.AddSeconds(i - 18)),
                Data = Google.Protobuf.ByteString.CopyFromUtf8($"decoded {i}/33\n"),
            }));
        }
    }

    public event Action<Snapshot>? Published;

    public Snapshot Current { get; private set; }

    public LogTail Log { get; } = new();

    public Wish Wished { get; private set; } = Wish.Nothing;

    public int Refreshes { get; private set; }

    /// <summary>Every command that was run.</summary>
    public List<string> Commands { get; } = [];

    /// <summary>Every manifest that was pushed.</summary>
    public List<string> Manifests { get; } = [];

    public CommandOutcome Outcome { get; set; } = new(0, "", "");

    public Desk Desk => new()
    {
        Feed = this,
        Run = (args, _, _, _) =>
        {
            Commands.Add(string.Join(' ', args));
            return Task.FromResult(Outcome);
        },
        Theme = new ActiveTheme(Themes.Dark),
        PushManifest = (manifest, _, _) =>
        {
            Manifests.Add(manifest);
            return Task.FromResult(9);
        },
        Clock = new StoppedClock(),
    };

    public void Want(Wish wish) => Wished = wish;

    public void Refresh() => Refreshes++;

    public void Publish(Snapshot snapshot)
    {
        Current = snapshot;
        Published?.Invoke(snapshot);
    }

    public static Snapshot Home()
    {
        var home = Bare();
        return home with { Detail = new Detail(new JobSubject(home.Jobs.Jobs[0].Id)) { Job = home.Jobs.Jobs[0] } };
    }

    private static Snapshot Bare() => new()
    {
        At = Now,
        Place = "home",
        Link = new Link(LinkState.Live, Now, ""),
        Info = new ClusterInfo
        {
            QueuedJobs = 12,
            RunningJobs = 3,
            Throughput = new Throughput { Succeeded = 41, Whole = new Latency { P95 = Span(3) } },
        },
        Functions = [Function("ocr", 1, "reads what stands on pictures"), Function("resize", 3, "makes pictures smaller"), Function("thumbs", 2, "")],
        Jobs = new JobPage(
            JobQuery.All,
            [
                JobOf("j-06zjjkvteapv9", "resize", 3, "nas", Job.Types.State.Running, 12),
                JobOf("j-06zjjkvteapv8", "ocr", 1, "laptop", Job.Types.State.Failed, 180),
                JobOf("j-06zjjkvteapv7", "resize", 3, "", Job.Types.State.Queued, 200),
                JobOf("j-06zjjkvteapv6", "thumbs", 2, "nas", Job.Types.State.Succeeded, 4000),
            ],
            false, 4),
        Workers = [Worker("laptop", 0.71, 2), Worker("nas", 0.42, 1), Worker("phone", 0, 0, WorkerInfo.Types.Status.Away)],
    };

    public static Job JobOf(string id, string function, int version, string worker, Job.Types.State state, int age)
    {
        var job = new Job
        {
            Id = id,
            Function = function,
            Version = version,
            Worker = worker,
            State = state,
            Attempt = worker.Length > 0 ? 1 : 0,
            Tenant = "default",
            CreatedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-age)),
        };
        if (state == Job.Types.State.Running)
            job.StartedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-1.2));
        if (state is Job.Types.State.Failed or Job.Types.State.Succeeded)
        {
            job.FinishedAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(2 - age));
            job.Usage = new Usage { Run = Span(300) };
            job.ExitCode = state == Job.Types.State.Failed ? 3 : 0;
            job.Message = state == Job.Types.State.Failed ? "exited with code 3" : "";
        }

        return job;
    }

    private static Duration Span(int milliseconds) => Duration.FromTimeSpan(TimeSpan.FromMilliseconds(milliseconds));

    private static Function Function(string name, int version, string description) => new()
    {
        Name = name,
        Version = version,
        Description = description,
        ModuleSize = 64 << 10,
        ModuleDigest = new string('a', 64),
        Manifest = $"name = \"{name}\"\nmodule = \"{name}.wasm\"\n",
        CreatedAt = Timestamp.FromDateTimeOffset(Now.AddHours(-5)),
    };

    private static WorkerInfo Worker(string name, double cpu, int busy, WorkerInfo.Types.Status status = WorkerInfo.Types.Status.Ready) => new()
    {
        Name = name,
        Status = status,
        BusySlots = busy,
        LastSeenAt = Timestamp.FromDateTimeOffset(Now.AddMinutes(status == WorkerInfo.Types.Status.Away ? -4 : 0)),
        Capabilities = new WorkerCapabilities { Slots = 4, Cores = 8, Memory = 16L << 30, Arch = "x86_64", Os = "linux" },
        Load = new WorkerLoad { CpuFraction = cpu, MemoryUsed = 6L << 30 },
    };

    private sealed class StoppedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
