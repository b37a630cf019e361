using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>What the whole list leaves behind: nothing.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public abstract class AftermathTests(TestSandbox sandbox, int hosts)
{
    [LinuxFact]
    public async Task After_the_whole_list_everything_is_as_it_was()
    {
        // Once for what grows once: code, pools, the caches of the runtime.
        await RunAllAsync();
        var before = Look();

        await RunAllAsync();
        await RunAllAsync();

        Assert.True(Eventually.IsSo(() => Look() is var now && now.OpenFiles <= before.OpenFiles && now.Hosts == hosts), $"{before} became {Look()}");
        var after = Look();
        Assert.InRange(after.MemoryKib, 0, (before.MemoryKib * 11 / 10) + (32 << 10));
        Assert.Equal(before.Files, after.Files);
        Assert.Equal(AttemptOutcome.Succeeded, (await sandbox.RunAsync("succeeds")).Result.Outcome);
    }

    private async Task RunAllAsync()
    {
        foreach (var guest in HostileGuest.All)
            Assert.Equal((guest.Fixture, guest.Outcome), (guest.Fixture, (await guest.RunAsync(sandbox)).Outcome));
        using var fifo = new Fifo(sandbox.Folder);
        var request = TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(100) }) with { StdinPath = fifo.Path };
        Assert.Equal(AttemptOutcome.Timeout, (await sandbox.RunAsync("echoes_stdin", request)).Result.Outcome);
    }

    private Traces Look()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // The modules that the tests themselves laid there are not counted.
        var files = Directory.GetFiles(sandbox.Folder.FullName, "*", SearchOption.AllDirectories).Count(f => !f.EndsWith(".wasm", StringComparison.Ordinal));
        return new Traces(ProcFolder.Number(Environment.ProcessId, "VmRSS"), ProcFolder.OpenFiles(), ProcFolder.Hosts().Count, files);
    }

    private sealed record Traces(long MemoryKib, int OpenFiles, int Hosts, int Files);
}

public sealed class AftermathInProcessTests(ProcessSandbox sandbox) : AftermathTests(sandbox, hosts: 2), IClassFixture<ProcessSandbox>;

public sealed class AftermathInThreadTests(ThreadSandbox sandbox) : AftermathTests(sandbox, hosts: 0), IClassFixture<ThreadSandbox>;
