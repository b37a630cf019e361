using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Commands.Progress;

/// <summary>How far an upload or a download is, as a bar; nothing is shown of one that is soon over.</summary>
/// <param name="what">Such as <c>uploading resize.wasm</c>.</param>
internal sealed class TransferProgress(ProgressLine line, string what, TimeProvider clock) : IProgress<long>, IDisposable
{
    /// <summary>What takes less leaves nobody wondering.</summary>
    internal static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private const int BarWidth = 20;

    private readonly long _started = clock.GetTimestamp();
    private long? _shown;

    /// <summary>Of the whole, in bytes.</summary>
    public long Total { get; set; }

    /// <param name="value">Bytes that are done.</param>
    public void Report(long value)
    {
        if (!line.IsSeen || clock.GetElapsedTime(_started) < Unnoticed || (_shown is { } last && clock.GetElapsedTime(last) < Between))
            return;
        _shown = clock.GetTimestamp();
        line.Show(Text(what, value, Total, clock.GetElapsedTime(_started)));
    }

    public void Dispose() => line.Erase();

    internal static string Text(string what, long done, long total, TimeSpan took)
    {
        var part = total > 0 ? Math.Clamp((double)done / total, 0, 1) : 0;
        var full = (int)(part * BarWidth);
        var rate = took > TimeSpan.Zero ? (long)(done / took.TotalSeconds) : 0;
        var bar = new string('#', full) + new string('.', BarWidth - full);
        return $"{what}  [{bar}] {(int)(part * 100)}%  {ByteSize.Format(done)} of {ByteSize.Format(total)}, {ByteSize.Format(rate)}/s";
    }
}
