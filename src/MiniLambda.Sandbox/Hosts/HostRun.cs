using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Execution;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>One guest in a sandbox host, from its order to its outcome. The host holds the guest to its limits; this holds the host to them.</summary>
internal sealed class HostRun(HostProcess host, ArtifactFile artifact, ExecutionRequest request, IGuestOutput output)
{
    /// <summary>What a host may be late by: it ends a guest itself at its deadline, unless the guest is deep in a host call.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private static long _numbers;

    private readonly long _number = Interlocked.Increment(ref _numbers);
    private readonly Lock _gate = new();
    private AttemptOutcome? _killedFor;
    private bool _isOver;

    /// <summary>Blocks until the guest has ended, one way or the other.</summary>
    /// <returns>
    /// The outcome, and whether the host can take another guest; no outcome when the host was dead already, so that nothing of the guest has run.
    /// </returns>
    /// <exception cref="ArtifactDamagedException">The artifact cannot be loaded; the host can take another guest. It cannot after any other exception.</exception>
    public (ExecutionResult? Result, bool IsHostHealthy) Execute(CancellationToken cancellationToken)
    {
        using var deadline = new Timer(
            _ => Kill(AttemptOutcome.Timeout), null, request.Limits.Timeout + Grace + artifact.LoadAllowance, Timeout.InfiniteTimeSpan);
        Timer? unwilling = null;
        try
        {
            if (!host.TrySend(FrameKind.Run, HostMessages.Write(new RunOrder(_number, artifact, request))))
                return (_killedFor is null ? null : Ended(), false);
            output.Started();
            using var cancelling = cancellationToken.UnsafeRegister(_ => unwilling = Cancel(), null);
            return ReadToEnd() is { } result ? (result, true) : (Ended(), false);
        }
        finally
        {
            lock (_gate)
                _isOver = true;
            unwilling?.Dispose();
        }
    }

    /// <summary>Null when the host is gone.</summary>
    private ExecutionResult? ReadToEnd()
    {
        var (stdout, stderr) = (0L, 0L);
        while (host.Read() is var (kind, body))
        {
            switch (kind)
            {
                case FrameKind.Stdout when (stdout += body.Length) <= request.Limits.OutputBytes:
                    output.Stdout(body.Span);
                    break;
                case FrameKind.Stderr when (stderr += body.Length) <= request.Limits.LogBytes:
                    output.Stderr(body.Span);
                    break;
                case FrameKind.Ended:
                    return HostMessages.ReadResult(body);
                case FrameKind.ArtifactDamaged:
                    throw new ArtifactDamagedException(HostMessages.ReadText(body));
                case FrameKind.Failed:
                    throw new InvalidOperationException(HostMessages.ReadText(body));
                default:
                    // It does not hold its guest to the limits, or does not speak as hosts do.
                    Kill(AttemptOutcome.WorkerFailed);
                    break;
            }
        }

        return null;
    }

    /// <summary>Asks the host to stop the guest, and ends the host when it does not.</summary>
    private Timer? Cancel()
    {
        if (!host.TrySend(FrameKind.Cancel, BitConverter.GetBytes(_number)))
            return null;
        return new Timer(_ => Kill(AttemptOutcome.Cancelled), null, Grace, Timeout.InfiniteTimeSpan);
    }

    private void Kill(AttemptOutcome reason)
    {
        lock (_gate)
        {
            // The host may have gone to another guest since.
            if (_isOver)
                return;
            _killedFor ??= reason;
            host.Kill();
        }
    }

    private ExecutionResult Ended()
    {
        AttemptOutcome? reason;
        lock (_gate)
            reason = _killedFor;
        return reason switch
        {
            AttemptOutcome.Timeout => new ExecutionResult { Outcome = AttemptOutcome.Timeout, Message = GuestRunner.TimeoutMessage(request.Limits) },
            AttemptOutcome.Cancelled => new ExecutionResult { Outcome = AttemptOutcome.Cancelled, Message = "cancelled" },
            AttemptOutcome.WorkerFailed => new ExecutionResult
            {
                Outcome = AttemptOutcome.WorkerFailed, Message = "the sandbox host process that ran the function did not keep to its protocol and was ended",
            },
            _ => new ExecutionResult
            {
                Outcome = AttemptOutcome.HostDied, Message = $"the sandbox host process that ran the function died ({host.DescribeEnd()})",
            },
        };
    }
}
