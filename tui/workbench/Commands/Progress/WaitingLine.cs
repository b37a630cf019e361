using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Commands.Progress;

/// <summary>Says what is being done and for how long, of something that takes a while, until it is disposed.</summary>
internal sealed class WaitingLine : IAsyncDisposable
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ProgressLine _line;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _showing;

    /// <param name="what">Such as <c>compiling resize.wasm</c>.</param>
    public WaitingLine(ProgressLine line, string what, TimeProvider clock)
    {
        _line = line;
        _showing = line.IsSeen ? ShowAsync(what, clock) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _showing;
        _line.Erase();
        _over.Dispose();
    }

    private async Task ShowAsync(string what, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        try
        {
            for (var wait = Unnoticed; ; wait = Interval)
            {
                await Task.Delay(wait, clock, _over.Token);
                var seconds = TimeSpan.FromSeconds(Math.Floor(clock.GetElapsedTime(started).TotalSeconds));
                _line.Show(seconds > TimeSpan.Zero ? $"{what}, {DurationText.Humanize(seconds)}" : what);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // It is over, or nothing can be told.
        }
    }
}
