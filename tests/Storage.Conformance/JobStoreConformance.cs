using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Scheduling;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IJobStore"/> does. This part: how a job goes from state to state.</summary>
public abstract partial class JobStoreConformance : IAsyncLifetime
{
    // A moment with all its ticks: stores must not round.
    private static readonly DateTimeOffset T0 = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);
    private static readonly FunctionName Hello = FunctionName.Parse("hello");
    private static readonly RetryPolicy RetryExits = new()
    {
        Attempts = 3,
        Backoff = TimeSpan.FromSeconds(8),
        MaxBackoff = TimeSpan.FromMinutes(1),
        On = [RetryCause.Exit, RetryCause.WorkerLost],
    };

    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random());

    private IJobStore Store { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<IJobStore> ReopenAsync();

    public async Task InitializeAsync() => Store = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task A_submitted_job_is_found_as_it_was_returned()
    {
        var overrides = new JobOverrides { Args = ["a", "b"], Network = false, Timeout = TimeSpan.FromMilliseconds(250) };
        var submitted = await SubmitAsync(overrides: overrides, input: Payload.OfBytes("in"u8.ToArray()), priority: 7);

        var found = await FindAsync(submitted.Id);

        Assert.Equal(["a", "b"], found.Overrides.Args!);
        Assert.Equal(overrides with { Args = found.Overrides.Args }, found.Overrides);
        Assert.Equal(submitted, found with { Overrides = submitted.Overrides });
        Assert.Equal((JobState.Queued, 0, 2L, 7, T0), (found.Status.State, found.Status.Attempt, found.InputSize, found.Priority, found.CreatedAt));
    }

    [Fact]
    public async Task A_job_submitted_with_a_claim_is_leased_at_once()
    {
        var job = await SubmitAsync(New(), ClaimBy("w1"));

        Assert.Equal((JobState.Leased, 1, "w1"), (job.Status.State, job.Status.Attempt, job.Status.Worker));
        Assert.Equal(job, await FindAsync(job.Id));
        Assert.Empty(await ReadReadyAsync(T0, null, 10, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_brings_the_input(bool inBlob)
    {
        var bytes = "some input"u8.ToArray();
        var input = inBlob ? Payload.OfBlob(Domain.Blobs.BlobDigest.Of(bytes), bytes.Length) : Payload.OfBytes(bytes);
        var job = await SubmitAsync(input: input);

        var leased = await Store.ClaimAsync(job.Id, ClaimBy("w1"), default);

        Assert.NotNull(leased);
        Assert.Equal((input.Blob, input.Size), (leased.Input.Blob, leased.Input.Size));
        Assert.Equal(input.Inline.ToArray(), leased.Input.Inline.ToArray());
        Assert.Equal(leased.Job, await FindAsync(job.Id));
    }

    [Fact]
    public async Task Of_many_claims_at_once_exactly_one_gets_the_job()
    {
        var job = await SubmitAsync();

        var claims = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => Store.ClaimAsync(job.Id, ClaimBy($"w{i}"), default))));

        var winner = Assert.Single(claims, c => c is not null);
        Assert.Equal(winner!.Job, await FindAsync(job.Id));
    }

    [Fact]
    public async Task A_job_that_runs_and_succeeds_has_its_outcome_and_result()
    {
        var job = await LeaseAsync();
        await Store.StartAsync(job.Id, 1, "w1", T0.AddSeconds(1), default);
        var report = Success("42") with { Usage = new AttemptUsage { Run = TimeSpan.FromTicks(12_345), Fuel = 9, Artifact = ArtifactSource.Disk } };

        var change = await Store.FinishAsync(job.Id, 1, report, RetryExits, T0.AddSeconds(2), 0, default);

        Assert.Equal(TransitionStatus.Applied, change.Status);
        var found = await FindAsync(job.Id);
        Assert.Equal(WithoutBytes(change.Job!), found);
        Assert.Equal((JobState.Succeeded, 0, 2L), (found.Status.State, found.Status.Report!.ExitCode, found.Status.Report.Stdout.Size));
        Assert.Equal(report.Usage, found.Status.Report.Usage);
        Assert.Equal("42"u8.ToArray(), (await Store.ReadResultAsync(job.Id, default))!.Value.Inline.ToArray());
    }

    [Fact]
    public async Task There_is_no_result_before_an_attempt_finished()
    {
        var job = await LeaseAsync();

        Assert.Null(await Store.ReadResultAsync(job.Id, default));
        Assert.Null(await Store.ReadResultAsync(_ids.Next(), default));
    }

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        var job = await LeaseAsync();
        var first = await Store.StartAsync(job.Id, 1, "w1", T0.AddSeconds(1), default);

        var second = await Store.StartAsync(job.Id, 1, "w1", T0.AddSeconds(9), default);

        Assert.Equal((TransitionStatus.Applied, TransitionStatus.Unchanged), (first.Status, second.Status));
        Assert.Equal(first.Job, await FindAsync(job.Id));
    }

    [Fact]
    public async Task Stale_fencing_token_is_refused()
    {
        var job = await LeaseAsync();
        await Store.ReleaseAsync(job.Id, 1, T0, default);
        await Store.ClaimAsync(job.Id, ClaimBy("w2"), default);
        var before = await FindAsync(job.Id);

        var late = await Store.FinishAsync(job.Id, 1, Success("late"), RetryExits, T0, 0, default);

        Assert.Equal(TransitionStatus.Stale, late.Status);
        Assert.Equal(before, await FindAsync(job.Id));
        Assert.Equal(TransitionStatus.Stale, (await Store.StartAsync(job.Id, 1, "w1", T0, default)).Status);
        Assert.Equal(TransitionStatus.Stale, (await Store.ReleaseAsync(job.Id, 1, T0, default)).Status);
    }

    [Fact]
    public async Task Only_the_worker_that_holds_an_attempt_can_start_it()
    {
        var job = await LeaseAsync("w1");

        Assert.Equal(TransitionStatus.Stale, (await Store.StartAsync(job.Id, 1, "w2", T0, default)).Status);

        Assert.Equal(job, await FindAsync(job.Id));
    }

    [Fact]
    public async Task Of_many_reports_at_once_exactly_one_stands()
    {
        var job = await LeaseAsync();

        var changes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(
            () => Store.FinishAsync(job.Id, 1, Success($"{i:00}"), RetryExits, T0, 0, default))));

        var accepted = Assert.Single(changes, c => c.Status == TransitionStatus.Applied);
        Assert.All(changes.Where(c => c.Status != TransitionStatus.Applied), c => Assert.Equal(TransitionStatus.Final, c.Status));
        var result = await Store.ReadResultAsync(job.Id, default);
        Assert.Equal(accepted.Job!.Status.Report!.Stdout.Inline.ToArray(), result!.Value.Inline.ToArray());
    }

    [Fact]
    public async Task A_failure_that_may_be_retried_waits_in_the_queue()
    {
        var job = await LeaseAsync();

        var change = await Store.FinishAsync(job.Id, 1, Failure(), RetryExits, T0, 1, default);

        var status = (await FindAsync(job.Id)).Status;
        Assert.Equal((TransitionStatus.Applied, JobState.Queued, 1), (change.Status, status.State, status.Failures));
        Assert.Equal(T0.AddSeconds(8), status.NotBefore);
        Assert.False(status.DeadLettered);
    }

    [Fact]
    public async Task A_job_whose_attempts_are_spent_is_dead_lettered()
    {
        var job = await LeaseAsync();
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await Store.FinishAsync(job.Id, attempt, Failure(), RetryExits, T0, 0, default);
            await Store.ClaimAsync(job.Id, ClaimBy("w1"), default);
        }

        await Store.FinishAsync(job.Id, 3, Failure(), RetryExits, T0, 0, default);

        var found = await FindAsync(job.Id);
        Assert.Equal((JobState.Failed, 3, true), (found.Status.State, found.Status.Failures, found.Status.DeadLettered));
        Assert.Equal([found], (await Store.ListAsync(new JobQuery([], DeadLettered: true), new(10), default)).Items);
    }

    [Fact]
    public async Task A_released_job_is_ready_at_once_and_no_failure_is_counted()
    {
        var job = await LeaseAsync();

        var change = await Store.ReleaseAsync(job.Id, 1, T0, default);

        Assert.Equal((TransitionStatus.Applied, 0), (change.Status, change.Job!.Status.Failures));
        Assert.Equal(job.Id, Assert.Single(await ReadReadyAsync(T0, null, 10, default)).Id);
    }

    [Fact]
    public async Task A_cancelled_job_takes_no_later_report()
    {
        var job = await LeaseAsync();

        var cancelled = await Store.CancelAsync(job.Id, T0, default);

        Assert.Equal((TransitionStatus.Applied, JobState.Cancelled), (cancelled.Status, cancelled.Job!.Status.State));
        Assert.Equal(TransitionStatus.Final, (await Store.FinishAsync(job.Id, 1, Success("x"), RetryExits, T0, 0, default)).Status);
        Assert.Equal(TransitionStatus.Final, (await Store.CancelAsync(job.Id, T0, default)).Status);
        Assert.Equal(cancelled.Job, await FindAsync(job.Id));
    }

    [Fact]
    public async Task Nothing_happens_to_a_job_that_is_not_there()
    {
        var id = _ids.Next();

        Assert.Null(await Store.FindAsync(id, default));
        Assert.Null(await Store.ClaimAsync(id, ClaimBy("w1"), default));
        Assert.Empty(await Store.ListAttemptsAsync(id, default));
        Assert.Equal(new JobChange(TransitionStatus.NotFound, null), await Store.StartAsync(id, 1, "w1", T0, default));
        Assert.Equal(new JobChange(TransitionStatus.NotFound, null), await Store.FinishAsync(id, 1, Success(""), RetryExits, T0, 0, default));
        Assert.Equal(new JobChange(TransitionStatus.NotFound, null), await Store.ReleaseAsync(id, 1, T0, default));
        Assert.Equal(new JobChange(TransitionStatus.NotFound, null), await Store.CancelAsync(id, T0, default));
    }

    private static readonly Lane Anywhere = new(Lane.DefaultTenant, "");

    private static LeaseClaim ClaimBy(string worker) => new(worker, T0);

    private static AttemptReport Success(string stdout) => new()
    {
        Outcome = AttemptOutcome.Succeeded,
        ExitCode = 0,
        Stdout = Payload.OfBytes(System.Text.Encoding.UTF8.GetBytes(stdout)),
    };

    private static AttemptReport Failure() => new() { Outcome = AttemptOutcome.Exit, ExitCode = 3, Message = "exit code 3", LogsTruncated = true };

    /// <summary>The record as a store shows it later: without the bytes of the result.</summary>
    private static JobRecord WithoutBytes(JobRecord job) => job.Status.Report is not { } report
        ? job
        : job with { Status = job.Status with { Report = report with { Stdout = report.Stdout with { Inline = default } } } };

    private NewJob New(
        FunctionName? function = null, int version = 1, JobOverrides? overrides = null, Payload input = default, int priority = 0, DateTimeOffset? createdAt = null) =>
        new(_ids.Next(), function ?? Hello, version, overrides ?? JobOverrides.None, input, priority, createdAt ?? T0, Anywhere);

    private Task<JobRecord> SubmitAsync(
        FunctionName? function = null, int version = 1, JobOverrides? overrides = null, Payload input = default, int priority = 0,
        DateTimeOffset? createdAt = null) =>
        SubmitAsync(New(function, version, overrides, input, priority, createdAt));

    private Task<JobRecord> LeaseAsync(string worker = "w1") => SubmitAsync(New(), ClaimBy(worker));

    private async Task<JobRecord> SubmitAsync(NewJob job, LeaseClaim? claim = null) => (await Store.SubmitAsync(job, claim, isUrgent: true, default)).Job;

    /// <summary>The ready jobs of the usual lane, after those whose time has come were let in.</summary>
    private async Task<IReadOnlyList<ReadyJob>> ReadReadyAsync(DateTimeOffset now, ReadyCursor? after, int limit, CancellationToken cancellationToken)
    {
        while ((await Store.AdmitDueAsync(now, 1000, cancellationToken)).Count > 0)
        {
        }

        return await Store.ReadReadyAsync(Anywhere, after, limit, cancellationToken);
    }

    private async Task<JobRecord> FindAsync(JobId id) =>
        await Store.FindAsync(id, default) ?? throw new InvalidOperationException($"{id} is not there");
}
