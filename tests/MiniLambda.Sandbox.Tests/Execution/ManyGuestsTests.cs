using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Execution;

public abstract class ManyGuestsTests(TestSandbox sandbox)
{
    [Fact]
    public async Task Guests_run_beside_each_other()
    {
        var module = await sandbox.PrepareAsync("loops_forever");
        using var cancel = new CancellationTokenSource();
        using var started = new CountdownEvent(2);
        var running = Enumerable.Range(0, 2).Select(_ => Start(module, new CapturedOutput { OnStarted = () => started.Signal() }, cancel.Token)).ToList();
        started.Wait();

        await cancel.CancelAsync();

        Assert.All(await Task.WhenAll(running), r => Assert.Equal(AttemptOutcome.Cancelled, r.Outcome));
    }

    [Fact]
    public async Task Runs_leave_no_file_open()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var module = await sandbox.PrepareAsync("echoes_stdin");
        var input = sandbox.Folder.At("handles.stdin");
        await File.WriteAllTextAsync(input, "hello");
        var request = TestSandbox.Request() with { StdinPath = input, Directories = [new DirectoryGrant(sandbox.Folder.FullName, "/data", ReadOnly: true)] };

        // In a host more than these would not even be allowed at once.
        for (var i = 0; i < 600; i++)
            Assert.Equal(AttemptOutcome.Succeeded, sandbox.Engine.Run(module, request, new CapturedOutput(), default).Outcome);

        // Only what the guests were given is counted: other tests of this process open files of their own.
        Assert.DoesNotContain(OpenFiles(), f => f == input || f == sandbox.Folder.FullName);
    }

    protected TestSandbox Sandbox => sandbox;

    protected Task<ExecutionResult> Start(PreparedModule module, IGuestOutput output, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => sandbox.Engine.Run(module, TestSandbox.Request(), output, cancellationToken), CancellationToken.None,
        TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static List<string?> OpenFiles() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget)];
}

public sealed class ManyGuestsInProcessTests(ProcessSandbox sandbox) : ManyGuestsTests(sandbox), IClassFixture<ProcessSandbox>
{
    [Fact]
    public async Task A_guest_that_waits_for_a_host_can_be_cancelled()
    {
        var module = await Sandbox.PrepareAsync("loops_forever");
        using var cancel = new CancellationTokenSource();
        using var giveUp = new CancellationTokenSource();
        using var started = new CountdownEvent(2);
        var running = Enumerable.Range(0, 2).Select(_ => Start(module, new CapturedOutput { OnStarted = () => started.Signal() }, cancel.Token)).ToList();
        started.Wait();
        var waiting = Start(module, new CapturedOutput(), giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await cancel.CancelAsync();
        await Task.WhenAll(running);
    }
}

public sealed class ManyGuestsInThreadTests(ThreadSandbox sandbox) : ManyGuestsTests(sandbox), IClassFixture<ThreadSandbox>;
