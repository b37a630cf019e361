using MiniLambda.Domain.Quantities;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>Appends what is new to a file or a pipe; that the orchestrator is away, and is back, is told on stderr.</summary>
/// <param name="print">Prints what is new of the data.</param>
internal sealed class AppendedView<T>(Action<T, DateTimeOffset> print, Notices notices, TimeProvider clock) : ILiveView<T>
{
    private DateTimeOffset? _awaySince;

    /// <inheritdoc/>
    public void Show(LiveState<T> state)
    {
        if (state.Absence is { } absence && _awaySince is null)
        {
            _awaySince = absence.Since;
            notices.Tell($"away since {absence.Since.ToLocalTime():HH:mm:ss}: {absence.Reason}; trying again");
        }

        if (state.Absence is null && _awaySince is { } since)
        {
            _awaySince = null;
            notices.Tell($"back after {DurationText.Humanize(clock.GetUtcNow() - since)}");
        }

        if (state.IsNew)
            print(state.Data, state.At);
    }

    /// <inheritdoc/>
    public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, clock, cancellationToken);
}
