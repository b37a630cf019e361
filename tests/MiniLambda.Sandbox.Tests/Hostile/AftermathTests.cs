using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>What the whole list leaves behind: nothing. It takes minutes, and runs with <c>just hostile</c> and in CI.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
[Trait(HostileCollection.Category, "Long")]
public abstract class AftermathTests(TestSandbox sandbox, int hosts)
{
    private readonly byte[] _manyFunctions = BinaryModule.WithFunctions(100_000);
    private readonly byte[] _declaredData = BinaryModule.WithDeclaredData(1 << 30);

    [LinuxFact]
    public async Task After_the_whole_list_everything_is_as_it_was()
    {
        // For what grows once: code, the caches of the runtime, and every place of the pool of instances, which guests that are left behind do not free
        // for the next one at once.
        for (var i = 0; i < 3; i++)
            await RunAllAsync();
        var before = Look();

        await RunAllAsync();

        Assert.True(Eventually.IsSo(() => Look() is var now && now.OpenFiles <= before.OpenFiles && now.Children == hosts), $"{before} became {Look()}");
        var after = Look();
        Assert.InRange(after.MemoryKib, 0, before.MemoryKib * 5 / 4);
        Assert.Equal(before.Files, after.Files);
        Assert.Empty(sandbox.Scratch.EnumerateFileSystemInfos());
        await RunInEverySlotAsync();
    }

    private async Task RunAllAsync()
    {
        foreach (var guest in HostileGuest.All)
            Assert.Equal((guest.Fixture, guest.Outcome), (guest.Fixture, (await guest.RunAsync(sandbox)).Outcome));
        foreach (var trap in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "fixtures", "traps")).Select(Path.GetFileNameWithoutExtension))
            Assert.Equal((trap, AttemptOutcome.Trap), (trap, (await sandbox.RunAsync($"traps/{trap}")).Result.Outcome));
        var module = await sandbox.PrepareAsync(_manyFunctions);
        Assert.Equal(AttemptOutcome.Succeeded, sandbox.Engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default).Outcome);
        await Assert.ThrowsAsync<BadModuleException>(() => sandbox.PrepareAsync(_declaredData));
        using var fifo = new Fifo(sandbox.Folder);
        var request = TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(100) }) with { StdinPath = fifo.Path };
        Assert.Equal(AttemptOutcome.Timeout, (await sandbox.RunAsync("echoes_stdin", request)).Result.Outcome);
    }

    /// <summary>As many guests as the sandbox has places, all at the same time.</summary>
    private async Task RunInEverySlotAsync()
    {
        var module = await sandbox.PrepareAsync("loops_forever");
        using var cancel = new CancellationTokenSource();
        using var started = new CountdownEvent(TestSandbox.Slots);
        var running = Enumerable.Range(0, TestSandbox.Slots).Select(_ => Task.Factory.StartNew(
            () => sandbox.Engine.Run(module, TestSandbox.Request(), new CapturedOutput { OnStarted = () => started.Signal() }, cancel.Token).Outcome,
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        started.Wait();
        await cancel.CancelAsync();
        Assert.All(await Task.WhenAll(running), outcome => Assert.Equal(AttemptOutcome.Cancelled, outcome));
    }

    private Traces Look()
    {
        // Twice, for what finalizers let go; and what the runtime only keeps for later goes back to the system.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // The modules that the tests themselves laid there are not counted.
        var files = Directory.GetFiles(sandbox.Folder.FullName, "*", SearchOption.AllDirectories).Count(f => !f.EndsWith(".wasm", StringComparison.Ordinal));
        return new Traces(ProcFolder.Number(Environment.ProcessId, "VmRSS"), ProcFolder.OpenFiles(), ProcFolder.Children(), files);
    }

    private sealed record Traces(long MemoryKib, int OpenFiles, int Children, int Files);
}

public sealed class AftermathInProcessTests(ProcessSandbox sandbox) : AftermathTests(sandbox, hosts: 2), IClassFixture<ProcessSandbox>;

public sealed class AftermathInThreadTests(ThreadSandbox sandbox) : AftermathTests(sandbox, hosts: 0), IClassFixture<ThreadSandbox>;
