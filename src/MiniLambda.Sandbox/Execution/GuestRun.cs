using System.Buffers;
using System.Runtime.ExceptionServices;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Scratch;

namespace MiniLambda.Sandbox.Execution;

/// <summary>
/// One guest while it runs: its deadline, its output so far, and whether it has to stop. The engine asks it at every tick of the epoch, the shadowed
/// WASI functions before they wait, and the stream callbacks at every write.
/// </summary>
internal sealed class GuestRun(ExecutionRequest request, IGuestOutput output, TimeProvider clock, CancellationToken cancelled) : IDisposable
{
    /// <summary>How fast a guest may log once it has used up its burst.</summary>
    private const long LogBytesPerSecond = 4 << 20;

    private const long LogBurstBytes = 1 << 20;

    private readonly long _started = clock.GetTimestamp();
    private readonly ArrayBufferWriter<byte> _stdout = new();
    private readonly Lock _streams = new();
    private readonly OpenFileWatch? _files = OpenFileWatch.For(request);
    private bool _areStreamsClosed;
    private FileStream? _spill;
    private long _stdoutBytes;
    private long _stderrBytes;
    private volatile bool _outputExceeded;
    private (AttemptOutcome Outcome, string Message)? _filesExceeded;
    private volatile ExceptionDispatchInfo? _fault;

    public CapabilityGrants Capabilities => request.Capabilities;

    public TimeProvider Clock => clock;

    public bool LogsTruncated { get; private set; }

    /// <summary>What the guest gave to <c>proc_exit</c>; null while it did not.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Since the guest was made; also the guest's monotonic clock.</summary>
    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    /// <summary>Time left until the deadline; negative after it.</summary>
    public TimeSpan Remaining => request.Limits.Timeout - Elapsed;

    /// <summary>Why the guest has to stop; null while it may go on. Once set it never goes back.</summary>
    public AttemptOutcome? StopReason =>
        _fault is not null ? AttemptOutcome.WorkerFailed
        : _outputExceeded ? AttemptOutcome.OutputLimit
        : _filesExceeded is { } files ? files.Outcome
        : cancelled.IsCancellationRequested ? AttemptOutcome.Cancelled
        : Remaining < TimeSpan.Zero ? AttemptOutcome.Timeout
        : null;

    /// <exception cref="GuestStoppedException">The guest has to stop.</exception>
    public void ThrowIfStopped()
    {
        if (StopReason is { } reason)
            throw new GuestStoppedException(reason);
    }

    /// <summary>As <see cref="ThrowIfStopped"/>, after a look at the guest's files if it is time for one.</summary>
    /// <exception cref="GuestStoppedException">The guest has to stop.</exception>
    public void ThrowIfStoppedNow()
    {
        _filesExceeded ??= _files?.LookAt(Elapsed);
        ThrowIfStopped();
    }

    /// <summary>The guest's result, unless it went past what it may hold open. Ask before its files are closed.</summary>
    public ExecutionResult JudgeFiles(ExecutionResult result) =>
        result.Outcome != AttemptOutcome.Cancelled && (_filesExceeded ?? _files?.Look()) is var (outcome, message)
        ? result with { Outcome = outcome, ExitCode = null, Message = message }
        : result;

    /// <summary>Throws on what <see cref="IGuestOutput"/> threw: exceptions do not pass through the guest, which would go on without its output.</summary>
    public void ThrowIfFaulted() => _fault?.Throw();

    /// <summary>The guest ends itself.</summary>
    /// <exception cref="GuestExitedException">Always.</exception>
    public void Exit(int code)
    {
        ExitCode = code;
        throw new GuestExitedException(code);
    }

    /// <summary>Sleeps for the guest, at most until it has to stop.</summary>
    /// <exception cref="GuestStoppedException">The guest has to stop.</exception>
    public void Sleep(TimeSpan duration)
    {
        var until = Elapsed + duration;
        while (true)
        {
            ThrowIfStopped();
            var left = until - Elapsed;
            if (left <= TimeSpan.Zero)
                return;
            // One past the deadline, so that waking up means it is over. Shorter sleeps than the system can do are yielded away.
            var wait = left < Remaining ? left : Remaining + TimeSpan.FromMilliseconds(1);
            if (wait < TimeSpan.FromMilliseconds(1))
                Thread.Yield();
            else
                cancelled.WaitHandle.WaitOne(wait < TimeSpan.FromHours(1) ? wait : TimeSpan.FromHours(1));
        }
    }

    /// <summary>Takes what the guest writes; components write from threads of Wasmtime's.</summary>
    public void Stdout(ReadOnlySpan<byte> data)
    {
        lock (_streams)
        {
            var room = request.Limits.OutputBytes - _stdoutBytes;
            if (data.Length > room)
            {
                _outputExceeded = true;
                data = data[..(int)room];
            }

            if (data.IsEmpty || _fault is not null || _areStreamsClosed || IsLate)
                return;
            _stdoutBytes += data.Length;
            try
            {
                if (request.StdoutPath is null)
                    output.Stdout(data);
                else
                    Gather(data, request.StdoutPath);
            }
            catch (Exception e)
            {
                _fault = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    /// <inheritdoc cref="Stdout"/>
    public void Stderr(ReadOnlySpan<byte> data)
    {
        if (_stderrBytes < request.Limits.LogBytes)
            Pace(data.Length);
        lock (_streams)
        {
            var room = request.Limits.LogBytes - _stderrBytes;
            if (data.Length > room)
            {
                LogsTruncated = true;
                data = data[..(int)room];
            }

            if (data.IsEmpty || _fault is not null || _areStreamsClosed || IsLate)
                return;
            _stderrBytes += data.Length;
            try
            {
                output.Stderr(data);
            }
            catch (Exception e)
            {
                _fault = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    /// <summary>Nothing that the guest wrote comes through any more.</summary>
    public void CloseStreams()
    {
        lock (_streams)
            _areStreamsClosed = true;
    }

    /// <summary>Adds to a result what was gathered of stdout.</summary>
    public ExecutionResult WithStdout(ExecutionResult result)
    {
        _spill?.Flush();
        return _spill is null ? result with { Stdout = _stdout.WrittenMemory } : result with { StdoutInFile = true };
    }

    public void Dispose()
    {
        CloseStreams();
        _spill?.Dispose();
    }

    // A guest that logs faster than anybody reads waits; it loses nothing but its own time.
    private void Pace(int bytes)
    {
        // Nor is there anything to wait with: whoever gave the guest up has closed its token.
        if (IsLate)
            return;
        var early = TimeSpan.FromSeconds((_stderrBytes + bytes - LogBurstBytes) / (double)LogBytesPerSecond) - Elapsed;
        if (early > TimeSpan.Zero && Remaining > TimeSpan.Zero)
            cancelled.WaitHandle.WaitOne(early < Remaining ? early : Remaining);
    }

    // Whoever waits for the guest may have given it up by now, and would not expect a new file from it.
    private bool IsLate => cancelled.IsCancellationRequested || Remaining < TimeSpan.Zero;

    private void Gather(ReadOnlySpan<byte> data, string path)
    {
        if (_spill is null && _stdout.WrittenCount + data.Length <= Payload.MaxInlineBytes)
        {
            _stdout.Write(data);
            return;
        }

        if (_spill is null)
        {
            _spill = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            _spill.Write(_stdout.WrittenSpan);
        }

        _spill.Write(data);
    }
}

/// <summary>Unwinds a guest that has to stop.</summary>
internal sealed class GuestStoppedException(AttemptOutcome reason) : Exception($"stopped: {reason}")
{
    public AttemptOutcome Reason { get; } = reason;
}

/// <summary>Unwinds a guest that called <c>proc_exit</c>.</summary>
internal sealed class GuestExitedException(int code) : Exception($"exited with code {code}");
