using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests;

public sealed class SandboxEngineTests(TestSandbox sandbox) : IClassFixture<TestSandbox>
{
    [Theory]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("truncated")]
    [InlineData("garbage after the header")]
    public async Task Bytes_that_are_no_module_are_refused_in_one_line(string kind)
    {
        var module = Fixture.Bytes("echoes_stdin");
        var (digest, path) = Fixture.Save(
            kind switch
            {
                "empty" => [],
                "text" => "#!/bin/sh\n"u8.ToArray(),
                "truncated" => module[..(module.Length / 2)],
                _ => [.. module[..8], .. Enumerable.Repeat((byte)0xFF, 200)],
            },
            sandbox.Folder);

        var refusal = await Assert.ThrowsAsync<BadModuleException>(() => LoadAsync(digest, _ => ValueTask.FromResult(path)));

        Assert.StartsWith("the module cannot be compiled: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.NotEqual("the module cannot be compiled: ", refusal.Message);
    }

    [Fact]
    public void Many_engines_live_in_one_process()
    {
        // A process has 65,530 mappings by default (Linux, vm.max_map_count); without room for one more Wasmtime ends it.
        using var folder = new TemporaryFolder();
        var engines = Enumerable.Range(0, 50).Select(i => TestSandbox.Open(folder.At($"{i}"))).ToList();
        engines.ForEach(engine => engine.WarmUp());
        engines.ForEach(engine => engine.Dispose());
    }

    [Fact]
    public async Task Bytes_of_another_digest_are_refused()
    {
        var (_, path) = Fixture.Save("succeeds", sandbox.Folder);
        var other = BlobDigest.Of("something else"u8);

        await Assert.ThrowsAsync<IOException>(() => LoadAsync(other, _ => ValueTask.FromResult(path)));
    }

    [Fact]
    public async Task Loads_at_once_share_one_compile()
    {
        var (digest, path) = Fixture.Save("prints_args_and_environment", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        var asked = 0;
        ValueTask<string> ModulePath(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            return new ValueTask<string>(file.Task);
        }

        var loads = Enumerable.Range(0, 20).Select(_ => LoadAsync(digest, ModulePath)).ToList();
        file.SetResult(path);
        var loaded = await Task.WhenAll(loads);

        Assert.Equal(1, asked);
        Assert.Single(loaded, l => l.Source == ArtifactSource.Compiled);
        Assert.Equal(19, loaded.Count(l => l.Source == ArtifactSource.Memory));
    }

    [Fact]
    public async Task Who_gives_up_on_a_load_does_not_end_it_for_others()
    {
        var (digest, path) = Fixture.Save("asks_for_random_bytes", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        using var giveUp = new CancellationTokenSource();
        var first = LoadAsync(digest, _ => new ValueTask<string>(file.Task), giveUp.Token);
        var second = LoadAsync(digest, _ => new ValueTask<string>(file.Task));

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        file.SetResult(path);

        Assert.Equal(digest, (await second).Digest);
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_afresh_even_when_nobody_waited_for_it()
    {
        var (digest, path) = Fixture.Save("reads_the_clock", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        using var giveUp = new CancellationTokenSource();
        var first = LoadAsync(digest, _ => new ValueTask<string>(file.Task), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var observer = LoadAsync(digest, _ => new ValueTask<string>(file.Task));
        file.SetException(new IOException("the orchestrator is away"));
        await Assert.ThrowsAsync<IOException>(() => observer);

        Assert.Equal(ArtifactSource.Compiled, (await LoadAsync(digest, _ => ValueTask.FromResult(path))).Source);
    }

    [Fact]
    public async Task Guests_beyond_the_places_are_a_fault_of_the_caller_and_not_of_the_module()
    {
        var loop = await sandbox.LoadAsync("loops_forever");
        using var cancel = new CancellationTokenSource();
        // Made for two at once, with four places to spare.
        using var started = new CountdownEvent(6);
        var running = Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () => sandbox.Engine.Run(loop, TestSandbox.Request(), new CapturedOutput { OnStarted = () => started.Signal() }, cancel.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        started.Wait();

        Assert.Throws<InvalidOperationException>(() => sandbox.Engine.Run(loop, TestSandbox.Request(), new CapturedOutput(), default));

        await cancel.CancelAsync();
        Assert.All(await Task.WhenAll(running), r => Assert.Equal(AttemptOutcome.Cancelled, r.Outcome));
    }

    [Fact]
    public async Task Runs_leave_no_file_open()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var module = await sandbox.LoadAsync("echoes_stdin");
        var input = sandbox.Folder.At("handles.stdin");
        await File.WriteAllTextAsync(input, "hello");
        var request = TestSandbox.Request() with { StdinPath = input, Directories = [new DirectoryGrant(sandbox.Folder.FullName, "/data", ReadOnly: true)] };

        for (var i = 0; i < 200; i++)
            Assert.Equal(AttemptOutcome.Succeeded, sandbox.Engine.Run(module, request, new CapturedOutput(), default).Outcome);

        // Only what the guests were given is counted: other tests of this process open files of their own.
        Assert.DoesNotContain(OpenFiles(), f => f == input || f == sandbox.Folder.FullName);
    }

    [Fact]
    public void Warming_up_runs_without_any_module()
    {
        using var folder = new TemporaryFolder();
        using var engine = TestSandbox.Open(folder.At("artifacts"));

        engine.WarmUp();

        Assert.Empty(engine.ListArtifacts());
    }

    private static List<string?> OpenFiles() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget)];

    private Task<LoadedModule> LoadAsync(
        BlobDigest digest, Func<CancellationToken, ValueTask<string>> modulePath, CancellationToken cancellationToken = default) =>
        sandbox.Engine.LoadAsync(digest, metered: false, modulePath, cancellationToken).AsTask();
}
