using MiniLambda.Domain.Folders;
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
    private volatile bool _isOrdered;

    /// <summary>Blocks until the guest has ended, one way or the other.</summary>
    /// <returns>
    /// The outcome, and whether the host can take another guest; no outcome when the host was dead already, so that nothing of the guest has run.
    /// </returns>
    /// <exception cref="ArtifactDamagedException">The artifact cannot be loaded; the host can take another guest. It cannot after any other exception.</exception>
    public (ExecutionResult? Result, bool IsHostHealthy) Execute(CancellationToken cancellationToken)
    {
        using var deadline = new Timer(
            _ => Kill(AttemptOutcome.Timeout), null, request.Limits.Timeout + Grace + artifact.LoadAllowance, Timeout.InfiniteTimeSpan);
        using var unwilling = new Timer(
            static run => ((HostRun)run!).Kill(AttemptOutcome.Cancelled), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            // From before the order: a host that does not take it can be given up too.
            using var cancelling = cancellationToken.UnsafeRegister(_ => Cancel(unwilling), null);
            if (!host.TrySend(FrameKind.Run, HostMessages.Write(new RunOrder(_number, artifact, request))))
                return (_killedFor is null ? null : Ended(), false);
            _isOrdered = true;
            if (cancellationToken.IsCancellationRequested)
                SendCancel();
            output.Started();
            return ReadToEnd() is { } result ? (result, true) : (Ended(), false);
        }
        finally
        {
            lock (_gate)
                _isOver = true;
        }
    }

    /// <summary>Null when the host is gone, or is not to be believed.</summary>
    private ExecutionResult? ReadToEnd()
    {
        var (stdout, stderr) = (0L, 0L);
        try
        {
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
                        return Checked(HostMessages.ReadResult(body, _number));
                    case FrameKind.ArtifactDamaged:
                        throw new ArtifactDamagedException(HostMessages.ReadText(body, _number));
                    case FrameKind.DiskFull:
                        throw DiskSpace.Lacking(HostMessages.ReadText(body, _number));
                    case FrameKind.Failed:
                        throw new InvalidOperationException(HostMessages.ReadText(body, _number));
                    case FrameKind.Stdout or FrameKind.Stderr:
                        throw new InvalidDataException($"more {kind.ToString().ToLowerInvariant()} than its guest may write");
                    default:
                        throw new InvalidDataException($"a message of kind {(int)kind}");
                }
            }
        }
        catch (InvalidDataException e)
        {
            host.Reject(e.Message);
        }

        return null;
    }

    /// <summary>What a host says of stdout has to be as it was told to keep it.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    private ExecutionResult Checked(ExecutionResult result)
    {
        var room = request.StdoutPath is null ? 0 : Math.Min(request.Limits.OutputBytes, Payload.MaxInlineBytes);
        if (result.Stdout.Length > room)
            throw new InvalidDataException($"{result.Stdout.Length} bytes of stdout in its answer");
        if (!result.StdoutInFile)
            return result;
        // Pipes and devices, which somebody who reads would wait for, have no length.
        var file = request.StdoutPath is { } path ? new FileInfo(path) : null;
        if (file is not { Exists: true, LinkTarget: null } || file.Length <= Payload.MaxInlineBytes || file.Length > request.Limits.OutputBytes)
            throw new InvalidDataException("stdout in a file, which is not there, or not such a file");
        return result;
    }

    /// <summary>Asks the host to stop the guest, and ends the host when it does not.</summary>
    private void Cancel(Timer unwilling)
    {
        // First of all: a host that does not read keeps even the asking waiting.
        unwilling.Change(Grace, Timeout.InfiniteTimeSpan);
        if (_isOrdered)
            SendCancel();
    }

    private void SendCancel() => host.TrySend(FrameKind.Cancel, BitConverter.GetBytes(_number));

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
                Outcome = AttemptOutcome.WorkerFailed,
                Message = "the sandbox host process that ran the function did not keep to its protocol and was ended",
            },
            _ => new ExecutionResult
            {
                Outcome = AttemptOutcome.HostDied,
                Message = $"the sandbox host process that ran the function died ({host.DescribeEnd()})",
            },
        };
    }
}
