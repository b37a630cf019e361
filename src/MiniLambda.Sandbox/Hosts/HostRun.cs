using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Execution;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>One guest in a sandbox host, from its order to its outcome. The host holds the guest to its limits; this holds the host to them.</summary>
internal sealed class HostRun(HostProcess host, ArtifactFile artifact, ExecutionRequest request, IGuestOutput output)
{
    /// <summary>What a host may be late by: it ends a guest itself at its deadline, unless the guest is deep in a host call.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>Bytes of an artifact that any disk delivers and any core checks in a second.</summary>
    private const double SlowestLoad = 32 << 20;

    private static long _numbers;

    private readonly long _number = Interlocked.Increment(ref _numbers);
    private readonly Lock _gate = new();
    private AttemptOutcome? _killedFor;
    private bool _isOver;

    /// <summary>Blocks until the guest has ended, one way or the other.</summary>
    /// <returns>The outcome, and whether the host can take another guest.</returns>
    /// <exception cref="ArtifactDamagedException">The artifact cannot be loaded.</exception>
    public (ExecutionResult Result, bool IsHostHealthy) Execute(CancellationToken cancellationToken)
    {
        var allowed = request.Limits.Timeout + Grace + TimeSpan.FromSeconds(artifact.Size / SlowestLoad);
        using var deadline = new Timer(_ => Kill(AttemptOutcome.Timeout), null, allowed, Timeout.InfiniteTimeSpan);
        Timer? unwilling = null;
        try
        {
            output.Started();
            host.Send(FrameKind.Run, HostMessages.Write(new RunOrder(_number, artifact, request)));
            using var cancelling = cancellationToken.UnsafeRegister(_ => unwilling = Cancel(), null);
            return (ReadToEnd(), true);
        }
        catch (HostEndedException)
        {
            return (Ended(), false);
        }
        catch (IOException)
        {
            return (Ended(), false);
        }
        finally
        {
            lock (_gate)
                _isOver = true;
            unwilling?.Dispose();
        }
    }

    private ExecutionResult ReadToEnd()
    {
        while (host.Read() is var (kind, body))
        {
            switch (kind)
            {
                case FrameKind.Stdout:
                    output.Stdout(body.Span);
                    break;
                case FrameKind.Stderr:
                    output.Stderr(body.Span);
                    break;
                case FrameKind.Ended:
                    return HostMessages.ReadResult(body);
                case FrameKind.ArtifactDamaged:
                    throw new ArtifactDamagedException(HostMessages.ReadText(body));
                case FrameKind.Failed:
                    throw new InvalidOperationException(HostMessages.ReadText(body));
                default:
                    Kill(AttemptOutcome.WorkerFailed);
                    break;
            }
        }

        throw new HostEndedException();
    }

    /// <summary>Asks the host to stop the guest, and ends the host when it does not.</summary>
    private Timer? Cancel()
    {
        try
        {
            host.Send(FrameKind.Cancel, BitConverter.GetBytes(_number));
        }
        catch (IOException)
        {
            return null;
        }

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
            _ => new ExecutionResult
            {
                Outcome = AttemptOutcome.WorkerFailed, Message = $"the sandbox host process that ran the function died ({host.DescribeEnd()})",
            },
        };
    }

    private sealed class HostEndedException : Exception;
}
