using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;

namespace MiniLambda.Sandbox.Scratch;

/// <summary>
/// A guest's private <c>/tmp</c>: empty at first, gone after it, and watched while it runs. Without a file system of its own nothing can refuse the
/// very write that goes past the limit; a guest that does is stopped a moment later.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>Files and folders that a guest may make: each costs the disk something even when it is empty.</summary>
    private const int MaxEntries = 10_000;

    /// <summary>How often it is measured.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder;
    private readonly long _maxBytes;
    private readonly CancellationTokenSource _stop;
    private readonly Timer _watch;
    private int _measuring;
    private volatile string? _problem;

    /// <param name="parent">Where the folder is made; open to its owner alone.</param>
    public ScratchFolder(string parent, long maxBytes, CancellationToken cancellationToken)
    {
        _maxBytes = maxBytes;
        _folder = Directory.CreateDirectory(Path.Combine(parent, $"{Guid.NewGuid():N}.scratch"));
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _watch = new Timer(_ => Measure(), null, Period, Period);
    }

    public DirectoryGrant Grant => new(_folder.FullName, CapabilityGrants.ScratchPath, ReadOnly: false);

    /// <summary>Ends when the guest went past its limit, or was cancelled.</summary>
    public CancellationToken Stop => _stop.Token;

    public static string TooLarge(long maxBytes) => $"the function wrote more than {ByteSize.Format(maxBytes)} to its scratch folder";

    /// <summary>The guest's result, unless it was stopped for what it wrote here.</summary>
    public ExecutionResult Judge(ExecutionResult result)
    {
        Measure();
        return _problem is { } problem ? result with { Outcome = AttemptOutcome.ScratchLimit, ExitCode = null, Message = problem } : result;
    }

    public void Dispose()
    {
        _watch.Dispose();
        _stop.Dispose();
        try
        {
            FolderTree.Delete(_folder.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that came into being meanwhile; the folder above is emptied at the next start.
        }
    }

    private void Measure()
    {
        // A slow disk must not pile up measurements.
        if (_problem is not null || Interlocked.Exchange(ref _measuring, 1) == 1)
            return;
        try
        {
            var use = ScratchUse.Of(_folder.FullName);
            if (use.Bytes > _maxBytes)
                End(problem: TooLarge(_maxBytes));
            else if (use.Entries > MaxEntries)
                End(problem: $"the function made more than {MaxEntries} files in its scratch folder");
            else if (use.IsTooDeep)
                End(problem: "the function nested folders too deep in its scratch folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It changed while it was measured; the next time tells.
        }
        finally
        {
            Volatile.Write(ref _measuring, 0);
        }
    }

    private void End(string problem)
    {
        _problem = problem;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The guest ended at the same moment.
        }
    }
}
