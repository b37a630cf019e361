using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox;
using MiniLambda.Worker.Metrics;
using MiniLambda.Worker.Modules;
using MiniLambda.Worker.Owner;
using MiniLambda.Worker.Session;
using MiniLambda.Worker.Spool;

namespace MiniLambda.Worker.Execution;

/// <summary>Takes an attempt from its lease to the message that tells its end.</summary>
internal sealed partial class AttemptRunner(
    SandboxEngine sandbox, ModuleFolder modules, BlobTransfer transfer, SlotPool slots, ExecutionRequests requests, LeaseGuard guard, Outbox outbox,
    AttemptTable attempts, SpoolWriter spool, WorkerFolders folders, TimeProvider clock, Random random, WorkerMetrics metrics, ILogger<AttemptRunner> logger)
    : IDisposable
{
    /// <summary>Attempts that end sooner are not announced as started: the completion says it all.</summary>
    private static readonly TimeSpan StartedDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>How long an attempt may wait for a slot before another worker may have it.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly FullDisk _fullDisk = new(random);

    /// <summary>Begins an attempt; its end appears in the outbox.</summary>
    public Task RunAsync(HeldAttempt attempt)
    {
        if (guard.Refusal(attempt.Lease) is not { } refusal)
            return RunAsync(attempt, new Preparation());
        // Nothing is fetched for it, and no other attempt would go better.
        LogRefused(attempt.Id, attempt.Number, refusal);
        Fail(attempt, AttemptOutcome.BadModule, refusal);
        return Task.CompletedTask;
    }

    private async Task RunAsync(HeldAttempt attempt, Preparation timing)
    {
        var input = default(GuestInput);
        PreparedModule module;
        try
        {
            input = await PrepareInputAsync(attempt, timing);
            module = await PrepareAsync(attempt, timing);
        }
        catch (Exception e) when (DiskSpace.IsLackOf(e))
        {
            input.Discard();
            await HandBackAsync(attempt, e);
            return;
        }
        catch (Exception e)
        {
            input.Discard();
            FailPreparation(attempt, e);
            return;
        }

        if (slots.HasIdle(attempt.Lease.Slots, attempt.Lease.Spec.Memory))
            slots.Queue(() => Execute(attempt, module, input, timing), attempt.Lease.Slots, attempt.Lease.Spec.Memory);
        else
            await QueueAsync(attempt, () => Execute(attempt, module, input, timing));
    }

    /// <summary>Gives an attempt that has not begun back to the queue; false when it has.</summary>
    public bool TryReturn(HeldAttempt attempt)
    {
        if (!attempts.TryEnd(attempt, AttemptStage.Waiting))
            return false;
        Deliver(attempt, Returned(attempt));
        return true;
    }

    /// <summary>Takes up an end that an earlier process of this worker could not deliver.</summary>
    public void Restore(SpooledOutcome outcome)
    {
        var attempt = HeldAttempt.Restore(outcome.Id, outcome.Attempt);
        if (!attempts.TryAdd(attempt))
            return;
        if (outcome.Result is { } result)
            _ = UploadAsync(attempt, outcome.Ending.Completed, result);
        else
            Deliver(attempt, outcome.Ending);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task QueueAsync(HeldAttempt attempt, Action execute)
    {
        slots.Queue(execute, attempt.Lease.Slots, attempt.Lease.Spec.Memory);
        // A long job came between: rather than wait behind it, the attempt goes back and may find a free slot elsewhere.
        await Task.Delay(MaxWait, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TryReturn(attempt);
    }

    private async Task HandBackAsync(HeldAttempt attempt, Exception cause)
    {
        var pause = _fullDisk.Met();
        LogDiskFull(attempt.Id, attempt.Number, cause.Message, pause.TotalSeconds);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, attempt.Cancelled);
        await Task.Delay(pause, clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        TryReturn(attempt);
    }

    private async Task<GuestInput> PrepareInputAsync(HeldAttempt attempt, Preparation timing)
    {
        var lease = attempt.Lease;
        if (!BlobDigest.TryParse(lease.InputDigest, out var digest))
            return new GuestInput(lease.Input.Memory, null);
        var path = Path.Combine(folders.Temporary, $"{Guid.NewGuid():N}.stdin");
        var start = clock.GetTimestamp();
        await transfer.DownloadAsync(digest, path, attempt.Cancelled);
        timing.Fetch += clock.GetElapsedTime(start);
        return new GuestInput(default, path);
    }

    private async ValueTask<PreparedModule> PrepareAsync(HeldAttempt attempt, Preparation timing)
    {
        var lease = attempt.Lease;
        return await sandbox.PrepareAsync(
            BlobDigest.Parse(lease.ModuleDigest),
            lease.Spec.Fuel > 0,
            async cancellationToken =>
            {
                var start = clock.GetTimestamp();
                var path = await modules.GetAsync(BlobDigest.Parse(lease.ModuleDigest), cancellationToken);
                timing.Fetch += clock.GetElapsedTime(start);
                return path;
            },
            attempt.Cancelled);
    }

    // On a slot's thread.
    private void Execute(HeldAttempt attempt, PreparedModule module, GuestInput input, Preparation timing)
    {
        if (!attempt.TryMove(AttemptStage.Waiting, AttemptStage.Running))
        {
            input.Discard();
            return;
        }

        var stdout = Path.Combine(folders.Temporary, $"{Guid.NewGuid():N}.stdout");
        ITimer? announcing = null;
        ExecutionResult result;
        using var log = new GuestLog(
            clock, () => announcing = clock.CreateTimer(_ => AnnounceStart(attempt), null, StartedDelay, Timeout.InfiniteTimeSpan),
            (offset, data) => outbox.SendLog(attempt, offset, data));
        var output = SecretRedaction.Over(log, attempt.Lease.Secrets, attempt.Lease.Spec.Logs, () => attempt.LogsCut = true);
        try
        {
            result = sandbox.Run(module, requests.Create(attempt.Lease, input, stdout, attempt.Trace?.Parent), output, attempt.Cancelled);
            // Not sooner: one that was prepared may find no room for its result.
            _fullDisk.Over();
        }
        catch (ArtifactDamagedException) when (!timing.IsRepeated && attempt.TryMove(AttemptStage.Running, AttemptStage.Waiting))
        {
            // It was discarded, and is compiled anew.
            timing.IsRepeated = true;
            _ = RunAsync(attempt, timing);
            return;
        }
        catch (Exception e) when (DiskSpace.IsLackOf(e) && attempt.TryMove(AttemptStage.Running, AttemptStage.Waiting))
        {
            TemporaryFile.Discard(stdout);
            _ = HandBackAsync(attempt, e);
            return;
        }
        catch (Exception e)
        {
            LogExecutionFailed(attempt.Id, attempt.Number, e);
            result = new ExecutionResult { Outcome = AttemptOutcome.WorkerFailed, Message = $"the worker could not run the function: {e.Message}" };
        }
        finally
        {
            announcing?.Dispose();
            input.Discard();
            SecretRedaction.End(output);
            log.Flush();
            attempt.Trace?.Ran();
        }

        attempts.TryEnd(attempt, AttemptStage.Running);
        if (attempt.Interrupted && result.Outcome == AttemptOutcome.Cancelled)
        {
            TemporaryFile.Discard(stdout);
            Deliver(attempt, Returned(attempt));
            return;
        }

        var completed = Completion(attempt, result, timing);
        if (result.StdoutInFile)
        {
            // The slot is free for the next guest while the large result travels.
            _ = UploadAsync(attempt, completed, stdout);
            return;
        }

        TemporaryFile.Discard(stdout);
        completed.Result = UnsafeByteOperations.UnsafeWrap(result.Stdout);
        completed.ResultSize = result.Stdout.Length;
        Deliver(attempt, new WorkerMessage { Completed = completed });
    }

    private async Task UploadAsync(HeldAttempt attempt, AttemptCompleted completed, string path)
    {
        for (var failures = 1; ; failures++)
        {
            if (attempt.Abandoned)
                break;
            try
            {
                var (digest, size) = await transfer.UploadAsync(path, _stopping.Token);
                (completed.ResultDigest, completed.ResultSize) = (digest.Hex, size);
                break;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !_stopping.IsCancellationRequested)
            {
                // The orchestrator is away: the result waits here until it is back, also for the next process.
                if (!attempt.MayBeSpooled)
                    path = await SpoolAsync(attempt, completed, path);
                var wait = Backoff.Compute(failures, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), random.NextDouble());
                await Task.Delay(wait, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                LogUploadFailed(attempt.Id, attempt.Number, e);
                completed.Outcome = Attempt.Types.Outcome.WorkerFailed;
                completed.Message = $"the result could not be delivered: {(e is RpcException rpc ? rpc.Status.Detail : e.Message)}";
                break;
            }
        }

        // In the spool it stays until the orchestrator has decided.
        if (!folders.IsSpooled(path))
            TemporaryFile.Discard(path);
        Deliver(attempt, new WorkerMessage { Completed = completed });
    }

    private async Task<string> SpoolAsync(HeldAttempt attempt, AttemptCompleted completed, string path)
    {
        try
        {
            var (digest, size) = await BlobTransfer.IdentifyAsync(path, _stopping.Token);
            (completed.ResultDigest, completed.ResultSize) = (digest.Hex, size);
            return await spool.KeepWithResultAsync(attempt, completed, path);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It stays where it is, for this process alone.
            return path;
        }
    }

    private void AnnounceStart(HeldAttempt attempt)
    {
        if (attempt.Stage == AttemptStage.Running)
            outbox.TrySend(new WorkerMessage { Started = new AttemptStarted { JobId = attempt.Id.Value, Attempt = attempt.Number } });
    }

    private void FailPreparation(HeldAttempt attempt, Exception e)
    {
        switch (e)
        {
            case BadModuleException:
                Fail(attempt, AttemptOutcome.BadModule, e.Message);
                break;
            case OperationCanceledException when attempt.Cancelled.IsCancellationRequested:
                Fail(attempt, AttemptOutcome.Cancelled, "cancelled");
                break;
            default:
                LogPreparationFailed(attempt.Id, attempt.Number, e);
                var reason = e is RpcException rpc ? rpc.Status.Detail : e.Message;
                Fail(attempt, AttemptOutcome.WorkerFailed, $"the worker could not prepare the function: {reason}");
                break;
        }
    }

    private void Fail(HeldAttempt attempt, AttemptOutcome outcome, string message)
    {
        if (!attempts.TryEnd(attempt, AttemptStage.Waiting))
            return;
        Deliver(attempt, new WorkerMessage
        {
            Completed = new AttemptCompleted
            {
                JobId = attempt.Id.Value,
                Attempt = attempt.Number,
                Outcome = (Attempt.Types.Outcome)outcome,
                Message = message,
            },
        });
    }

    private void Deliver(HeldAttempt attempt, WorkerMessage ending)
    {
        attempt.Trace?.End(ending);
        metrics.Ended(ending);
        if (attempt.Abandoned)
        {
            outbox.Settle(attempt);
            return;
        }

        outbox.SendEnding(attempt, ending);
    }

    private static WorkerMessage Returned(HeldAttempt attempt) =>
        new() { Returned = new AttemptReturned { JobId = attempt.Id.Value, Attempt = attempt.Number } };

    private static AttemptCompleted Completion(HeldAttempt attempt, ExecutionResult result, Preparation timing)
    {
        var usage = result.Usage;
        var completed = new AttemptCompleted
        {
            JobId = attempt.Id.Value,
            Attempt = attempt.Number,
            Outcome = (Attempt.Types.Outcome)result.Outcome,
            Message = result.Message,
            LogsTruncated = result.LogsTruncated || attempt.LogsCut,
            Usage = new Usage
            {
                Fetch = timing.Fetch.ToDuration(),
                Compile = usage.Compile.ToDuration(),
                Start = usage.Start.ToDuration(),
                Run = usage.Run.ToDuration(),
                Cpu = usage.Cpu.ToDuration(),
                Fuel = usage.Fuel,
                PeakMemory = usage.PeakMemoryBytes,
                Artifact = (Usage.Types.Artifact)usage.Artifact,
            },
        };
        if (result.ExitCode is { } code)
            completed.ExitCode = code;
        return completed;
    }

    [LoggerMessage(3101, LogLevel.Warning, "job {Job} attempt {Attempt}: preparing it failed")]
    private partial void LogPreparationFailed(JobId job, int attempt, Exception exception);

    [LoggerMessage(3102, LogLevel.Error, "job {Job} attempt {Attempt}: running it failed")]
    private partial void LogExecutionFailed(JobId job, int attempt, Exception exception);

    [LoggerMessage(3103, LogLevel.Error, "job {Job} attempt {Attempt}: its result could not be delivered")]
    private partial void LogUploadFailed(JobId job, int attempt, Exception exception);

    [LoggerMessage(3105, LogLevel.Warning, "job {Job} attempt {Attempt} is refused: {Reason}")]
    private partial void LogRefused(JobId job, int attempt, string reason);

    [LoggerMessage(3104, LogLevel.Warning, "job {Job} attempt {Attempt} is handed back in {Seconds:0.0} s: the disk is full ({Problem})")]
    private partial void LogDiskFull(JobId job, int attempt, string problem, double seconds);

    /// <summary>What preparing an attempt took.</summary>
    private sealed class Preparation
    {
        public TimeSpan Fetch { get; set; }

        /// <summary>It is prepared for the second time: the artifact was damaged.</summary>
        public bool IsRepeated { get; set; }
    }
}
