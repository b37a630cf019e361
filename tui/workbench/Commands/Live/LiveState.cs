namespace MiniLambda.Workbench.Commands.Live;

/// <summary>What a live view shows at one moment.</summary>
/// <param name="Data">The newest answer.</param>
/// <param name="IsNew">Whether it came just now: a view that appends has nothing to say otherwise.</param>
/// <param name="At">When it came.</param>
/// <param name="Absence">Set while the orchestrator does not answer.</param>
internal sealed record LiveState<T>(T Data, bool IsNew, DateTimeOffset At, Absence? Absence);

/// <summary>The orchestrator does not answer.</summary>
/// <param name="Since">The moment of its last answer.</param>
/// <param name="Reason">A line for people.</param>
/// <param name="NextTry">When it is asked again; null while it is being asked.</param>
internal sealed record Absence(DateTimeOffset Since, string Reason, DateTimeOffset? NextTry);

/// <summary>Where a live view is shown.</summary>
internal interface ILiveView<T>
{
    /// <summary>Shows the state; called anew whenever something changed, and at every <see cref="WaitAsync"/>'s end.</summary>
    void Show(LiveState<T> state);

    /// <summary>Waits, or less than that: until the state is to be shown anew.</summary>
    /// <exception cref="OperationCanceledException">It is over.</exception>
    Task WaitAsync(TimeSpan time, CancellationToken cancellationToken);
}
