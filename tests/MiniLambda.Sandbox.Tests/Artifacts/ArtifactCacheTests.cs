using System.Text;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Artifacts;

public sealed class ArtifactCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlobDigest _digest;
    private readonly string _path;
    private int _asked;

    public ArtifactCacheTests() => (_digest, _path) = Fixture.Save("succeeds", _folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Isolation.Process)]
    [InlineData(Isolation.Thread)]
    public async Task A_module_is_compiled_then_found_in_memory_then_on_disk(Isolation isolation)
    {
        using (var first = Open(isolation))
        {
            var compiled = await RunAsync(first);
            Assert.Equal((AttemptOutcome.Succeeded, ArtifactSource.Compiled), (compiled.Outcome, compiled.Usage.Artifact));
            Assert.True(compiled.Usage.Compile > TimeSpan.Zero);
            Assert.Equal(ArtifactSource.Memory, (await RunAsync(first)).Usage.Artifact);
        }

        using var second = Open(isolation);
        var loaded = await RunAsync(second);
        Assert.Equal((AttemptOutcome.Succeeded, ArtifactSource.Disk), (loaded.Outcome, loaded.Usage.Artifact));
        Assert.Equal(TimeSpan.Zero, loaded.Usage.Compile);
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Metered_and_unmetered_code_are_kept_apart()
    {
        using var engine = Open();
        await PrepareAsync(engine);

        var metered = await engine.PrepareAsync(_digest, metered: true, Path, CancellationToken.None);

        Assert.NotNull(metered.CompileTime);
        Assert.Equal(2, engine.ListArtifacts().Count);
    }

    [Fact]
    public async Task The_least_recently_used_artifact_goes_first()
    {
        var other = Fixture.Save("loops_forever", _folder);
        var third = Fixture.Save("echoes_stdin", _folder);
        long size;
        using (var measured = Open(folder: "measured"))
        {
            await PrepareAsync(measured);
            await measured.PrepareAsync(third.Digest, metered: false, _ => ValueTask.FromResult(third.Path), CancellationToken.None);
            size = measured.ListArtifacts().Sum(a => a.Size);
        }

        using (var first = Open())
        {
            await PrepareAsync(first);
            await first.PrepareAsync(other.Digest, metered: false, _ => ValueTask.FromResult(other.Path), CancellationToken.None);
            await PrepareAsync(first);
        }

        using var small = Open(cacheBytes: size);
        await small.PrepareAsync(third.Digest, metered: false, _ => ValueTask.FromResult(third.Path), CancellationToken.None);

        var kept = small.ListArtifacts();
        Assert.Equal(new[] { _digest.Hex, third.Digest.Hex }.Order(), kept.Select(a => a.Module).Order());
        Assert.All(kept, a => Assert.True(File.Exists(_folder.At(System.IO.Path.Combine("artifacts", a.File)))));
        Assert.Equal(2, Directory.GetFiles(_folder.At("artifacts"), "*.cwasm", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task An_artifact_larger_than_the_cache_is_still_kept()
    {
        using (var tiny = Open(cacheBytes: 1))
            await PrepareAsync(tiny);

        using var again = Open();
        Assert.Null((await PrepareAsync(again)).CompileTime);
    }

    [Theory]
    [InlineData("overwritten")]
    [InlineData("truncated")]
    [InlineData("text")]
    [InlineData("middle zeroed")]
    public async Task Damaged_metadata_is_moved_aside_and_the_cache_starts_empty(string damage)
    {
        var database = _folder.At("artifacts/artifacts.db");
        using (var first = Open())
            await PrepareAsync(first);
        var bytes = await File.ReadAllBytesAsync(database);
        await File.WriteAllBytesAsync(database, damage switch
        {
            "overwritten" => [.. bytes.Select(_ => (byte)0xA5)],
            "truncated" => bytes[..(bytes.Length - 5_000)],
            "text" => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("not a database\n", 1_000))),
            _ => [.. bytes[..9_000], .. new byte[bytes.Length - 9_000]],
        });

        using (var second = Open())
            Assert.NotNull((await PrepareAsync(second)).CompileTime);

        Assert.True(File.Exists(database + ".damaged"));
        using var third = Open();
        Assert.Null((await PrepareAsync(third)).CompileTime);
    }

    [Theory]
    [InlineData(Isolation.Process)]
    [InlineData(Isolation.Thread)]
    public async Task Of_two_engines_on_one_folder_both_work_and_one_takes_its_artifacts_along(Isolation isolation)
    {
        using var owner = Open(isolation);
        using (var guest = Open(isolation))
        {
            Assert.Equal(AttemptOutcome.Succeeded, (await RunAsync(guest)).Outcome);
            Assert.Equal(AttemptOutcome.Succeeded, (await RunAsync(guest)).Outcome);
        }

        Assert.Empty(owner.ListArtifacts());
        Assert.Equal(AttemptOutcome.Succeeded, (await RunAsync(owner)).Outcome);
        Assert.EndsWith(Assert.Single(owner.ListArtifacts()).File, Artifact(), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("artifacts/artifacts.db.damaged")));
    }

    [Fact]
    public async Task Files_without_metadata_are_removed()
    {
        using (var first = Open())
            await PrepareAsync(first);
        var half = Artifact() + ".0123.tmp";
        await File.WriteAllTextAsync(half, "half of an artifact");

        using var second = Open();

        Assert.False(File.Exists(half));
        Assert.Null((await PrepareAsync(second)).CompileTime);
    }

    [Fact]
    public async Task The_folder_is_open_to_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode everybody = (UnixFileMode)0b111_111_111;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(_folder.At("artifacts"));
        File.SetUnixFileMode(_folder.At("artifacts"), everybody);

        using var engine = Open();
        await PrepareAsync(engine);

        Assert.Equal(owner, File.GetUnixFileMode(_folder.At("artifacts")));
        Assert.Equal(owner, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Artifact())!));
    }

    private SandboxEngine Open(Isolation isolation = Isolation.Thread, long cacheBytes = 1L << 30, string folder = "artifacts") =>
        TestSandbox.Open(TestSandbox.Options(_folder.At(folder), isolation) with { ArtifactCacheBytes = cacheBytes });

    private string Artifact() => Assert.Single(Directory.GetFiles(_folder.At("artifacts"), "*.cwasm", SearchOption.AllDirectories));

    private async Task<ExecutionResult> RunAsync(SandboxEngine engine) =>
        engine.Run(await PrepareAsync(engine), TestSandbox.Request(), new CapturedOutput(), CancellationToken.None);

    private Task<PreparedModule> PrepareAsync(SandboxEngine engine) =>
        engine.PrepareAsync(_digest, metered: false, Path, CancellationToken.None).AsTask();

    private ValueTask<string> Path(CancellationToken cancellationToken)
    {
        _asked++;
        return ValueTask.FromResult(_path);
    }
}
