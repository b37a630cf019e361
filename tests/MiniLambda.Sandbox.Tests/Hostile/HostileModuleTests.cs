using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Compilation;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Modules whose size is the attack; made here, because nobody would read them.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public abstract class HostileModuleTests(TestSandbox sandbox)
{
    [Fact]
    public async Task A_module_with_a_hundred_thousand_functions_compiles_and_runs()
    {
        var module = await sandbox.PrepareAsync(BinaryModule.WithFunctions(100_000));

        Assert.Equal(AttemptOutcome.Succeeded, sandbox.Engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default).Outcome);
    }

    [Fact]
    public async Task A_function_of_a_hundred_thousand_nested_blocks_hurts_nobody()
    {
        try
        {
            var module = await sandbox.PrepareAsync(BinaryModule.WithNestedBlocks(100_000));
            Assert.Equal(AttemptOutcome.Succeeded, sandbox.Engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default).Outcome);
        }
        catch (BadModuleException e)
        {
            Assert.StartsWith("the module cannot be compiled", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_data_segment_of_a_gigabyte_that_is_only_declared_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<BadModuleException>(() => sandbox.PrepareAsync(BinaryModule.WithDeclaredData(1 << 30)));

        Assert.StartsWith("the module cannot be compiled: ", refusal.Message, StringComparison.Ordinal);
    }
}

public sealed class HostileModuleInProcessTests(ProcessSandbox sandbox) : HostileModuleTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class HostileModuleInThreadTests(ThreadSandbox sandbox) : HostileModuleTests(sandbox), IClassFixture<ThreadSandbox>;

/// <summary>A compile within its limits; it is in a process of its own however guests are run.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public sealed class CompileLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_compile_ends_at_its_timeout()
    {
        var refusal = await CompileAsync(new CompileLimits { Timeout = TimeSpan.FromMilliseconds(5) }, BinaryModule.WithFunctions(100_000));

        Assert.Equal("the module cannot be compiled within 5ms", refusal.Message);
    }

    [Fact]
    public async Task A_module_that_is_too_large_is_not_even_read()
    {
        var path = _folder.At("large.wasm");
        await using (var file = File.Create(path))
            file.SetLength(1L << 30);
        using var engine = Open(new CompileLimits());

        var refusal = await Assert.ThrowsAsync<BadModuleException>(
            () => engine.PrepareAsync(BlobDigest.Of([]), metered: false, _ => ValueTask.FromResult(path), default).AsTask());

        Assert.Equal("the module has 1073741824 bytes; at most 268435456 are compiled", refusal.Message);
    }

    [LinuxFact]
    public async Task A_compile_ends_where_its_memory_does()
    {
        var refusal = await CompileAsync(new CompileLimits { MemoryBytes = 96 << 20 }, BinaryModule.WithFunctions(900_000));

        Assert.StartsWith("the module cannot be compiled within 96 MiB", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<BadModuleException> CompileAsync(CompileLimits limits, byte[] module)
    {
        using var engine = Open(limits);
        var (digest, path) = Fixture.Save(module, _folder);

        var refusal = await Assert.ThrowsAsync<BadModuleException>(
            () => engine.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), default).AsTask());

        Assert.Empty(Directory.GetFiles(_folder.At("artifacts"), "*.draft", SearchOption.AllDirectories));
        return refusal;
    }

    private SandboxEngine Open(CompileLimits limits) =>
        TestSandbox.Open(TestSandbox.Options(_folder.At("artifacts"), Isolation.Thread) with { Compile = limits });
}
