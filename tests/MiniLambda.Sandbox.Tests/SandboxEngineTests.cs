using MiniLambda.Domain.Blobs;

namespace MiniLambda.Sandbox.Tests;

/// <summary>Making modules ready to run, which has nothing to do with where they run.</summary>
public sealed class SandboxEngineTests(ThreadSandbox sandbox) : IClassFixture<ThreadSandbox>
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

        var refusal = await Assert.ThrowsAsync<BadModuleException>(() => PrepareAsync(digest, _ => ValueTask.FromResult(path)));

        Assert.StartsWith("the module cannot be compiled: ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.NotEqual("the module cannot be compiled: ", refusal.Message);
    }

    [Fact]
    public void Many_engines_live_in_one_process()
    {
        // A process has 65,530 mappings by default (Linux, vm.max_map_count); without room for one more Wasmtime ends it.
        using var folder = new TemporaryFolder();
        var engines = Enumerable.Range(0, 20).Select(i => TestSandbox.Open(TestSandbox.Options(folder.At($"{i}"), Isolation.Thread))).ToList();
        engines.ForEach(engine => engine.Dispose());
    }

    [Fact]
    public async Task Bytes_of_another_digest_are_refused()
    {
        var (_, path) = Fixture.Save("succeeds", sandbox.Folder);
        var other = BlobDigest.Of("something else"u8);

        await Assert.ThrowsAsync<IOException>(() => PrepareAsync(other, _ => ValueTask.FromResult(path)));
    }

    [Fact]
    public async Task Needs_at_once_share_one_compile()
    {
        var (digest, path) = Fixture.Save("prints_args_and_environment", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        var asked = 0;
        ValueTask<string> ModulePath(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            return new ValueTask<string>(file.Task);
        }

        var needs = Enumerable.Range(0, 20).Select(_ => PrepareAsync(digest, ModulePath)).ToList();
        file.SetResult(path);
        var prepared = await Task.WhenAll(needs);

        Assert.Equal(1, asked);
        // All of them waited for it.
        Assert.All(prepared, p => Assert.NotNull(p.CompileTime));
    }

    [Fact]
    public async Task Who_gives_up_on_a_compile_does_not_end_it_for_others()
    {
        var (digest, path) = Fixture.Save("asks_for_random_bytes", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        using var giveUp = new CancellationTokenSource();
        var first = PrepareAsync(digest, _ => new ValueTask<string>(file.Task), giveUp.Token);
        var second = PrepareAsync(digest, _ => new ValueTask<string>(file.Task));

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        file.SetResult(path);

        Assert.Equal(digest, (await second).Digest);
    }

    [Fact]
    public async Task A_compile_that_failed_is_tried_afresh_even_when_nobody_waited_for_it()
    {
        var (digest, path) = Fixture.Save("reads_the_clock", sandbox.Folder);
        var file = new TaskCompletionSource<string>();
        using var giveUp = new CancellationTokenSource();
        var first = PrepareAsync(digest, _ => new ValueTask<string>(file.Task), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var observer = PrepareAsync(digest, _ => new ValueTask<string>(file.Task));
        file.SetException(new IOException("the orchestrator is away"));
        await Assert.ThrowsAsync<IOException>(() => observer);

        Assert.NotNull((await PrepareAsync(digest, _ => ValueTask.FromResult(path))).CompileTime);
    }

    [Theory]
    [InlineData(Isolation.Process)]
    [InlineData(Isolation.Thread)]
    public void A_sandbox_that_was_never_used_leaves_no_artifact(Isolation isolation)
    {
        using var folder = new TemporaryFolder();
        using var engine = TestSandbox.Open(TestSandbox.Options(folder.At("artifacts"), isolation));

        Assert.Empty(engine.ListArtifacts());
    }

    private Task<PreparedModule> PrepareAsync(
        BlobDigest digest, Func<CancellationToken, ValueTask<string>> modulePath, CancellationToken cancellationToken = default) =>
        sandbox.Engine.PrepareAsync(digest, metered: false, modulePath, cancellationToken).AsTask();
}
