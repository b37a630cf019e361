using MiniLambda.Domain.Workers;

namespace MiniLambda.Storage.Conformance;

/// <summary>What every <see cref="IWorkerStore"/> does.</summary>
public abstract class WorkerStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset T0 = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    private IWorkerStore Store { get; set; } = null!;

    /// <summary>Opens one and the same storage, closing it first when it is open.</summary>
    protected abstract Task<IWorkerStore> ReopenAsync();

    public async Task InitializeAsync() => Store = await ReopenAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task What_was_decided_stands_after_a_restart()
    {
        var instance = Guid.NewGuid();
        await Store.DrainAsync("b", T0, T0.AddHours(1), default);
        await Store.DrainAsync("a", T0, null, default);
        await Store.RemoveAsync("c", instance, default);
        Store = await ReopenAsync();
        Assert.Equal(
            [new("a", T0, null, null), new("b", T0, T0.AddHours(1), null), new WorkerDecision("c", null, null, instance)], await Store.ListAsync(default));
    }

    [Fact]
    public async Task Draining_again_sets_the_deadline_anew_and_keeps_since_when()
    {
        await Store.DrainAsync("w", T0, null, default);
        await Store.DrainAsync("w", T0.AddHours(1), T0.AddHours(2), default);
        Assert.Equal([new WorkerDecision("w", T0, T0.AddHours(2), null)], await Store.ListAsync(default));
    }

    [Fact]
    public async Task A_worker_that_is_resumed_is_forgotten()
    {
        await Store.DrainAsync("w", T0, T0, default);
        await Store.ResumeAsync("w", default);
        await Store.ResumeAsync("never seen", default);
        Assert.Empty(await Store.ListAsync(default));
    }

    [Fact]
    public async Task A_removed_worker_is_not_drained_any_more()
    {
        var instance = Guid.NewGuid();
        await Store.DrainAsync("w", T0, T0, default);
        await Store.RemoveAsync("w", instance, default);
        Assert.Equal([new WorkerDecision("w", null, null, instance)], await Store.ListAsync(default));
    }

    [Fact]
    public async Task A_removed_process_stays_out_when_its_name_is_drained_and_resumed()
    {
        var instance = Guid.NewGuid();
        await Store.RemoveAsync("w", instance, default);
        await Store.DrainAsync("w", T0, null, default);
        Assert.Equal([new WorkerDecision("w", T0, null, instance)], await Store.ListAsync(default));
        await Store.ResumeAsync("w", default);
        Assert.Equal([new WorkerDecision("w", null, null, instance)], await Store.ListAsync(default));
    }

    [Fact]
    public async Task A_removed_worker_whose_process_is_not_known_leaves_nothing_behind()
    {
        await Store.DrainAsync("w", T0, null, default);
        await Store.RemoveAsync("w", null, default);
        Assert.Empty(await Store.ListAsync(default));
    }
}
