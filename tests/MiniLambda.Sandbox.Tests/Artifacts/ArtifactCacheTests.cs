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

    [Fact]
    public async Task A_module_is_compiled_then_found_in_memory_then_on_disk()
    {
        using (var first = Open())
        {
            var compiled = await LoadAsync(first);
            Assert.Equal(ArtifactSource.Compiled, compiled.Source);
            Assert.True(compiled.CompileTime > TimeSpan.Zero);
            Assert.Equal(ArtifactSource.Memory, (await LoadAsync(first)).Source);
        }

        using var second = Open();
        var loaded = await LoadAsync(second);
        Assert.Equal(ArtifactSource.Disk, loaded.Source);
        Assert.True(loaded.LoadTime > TimeSpan.Zero);
        Assert.Equal(AttemptOutcome.Succeeded, Run(second, loaded));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Metered_and_unmetered_code_are_kept_apart()
    {
        using var engine = Open();
        await LoadAsync(engine);

        var metered = await engine.LoadAsync(_digest, metered: true, Path, CancellationToken.None);

        Assert.Equal(ArtifactSource.Compiled, metered.Source);
        Assert.Equal(2, engine.ListArtifacts().Count);
    }

    [Theory]
    [InlineData("a flipped byte")]
    [InlineData("a missing end")]
    [InlineData("nothing in it")]
    [InlineData("a symbolic link")]
    [InlineData("no file")]
    public async Task An_artifact_that_is_not_what_was_written_is_compiled_anew(string damage)
    {
        using (var first = Open())
            await LoadAsync(first);
        Damage(Artifact(), damage);

        using (var second = Open())
        {
            var rebuilt = await LoadAsync(second);
            Assert.Equal(ArtifactSource.Compiled, rebuilt.Source);
            Assert.Equal(AttemptOutcome.Succeeded, Run(second, rebuilt));
        }

        using var third = Open();
        Assert.Equal(ArtifactSource.Disk, (await LoadAsync(third)).Source);
    }

    [Fact]
    public async Task The_least_recently_used_artifact_goes_first()
    {
        var other = Fixture.Save("loops_forever", _folder);
        var third = Fixture.Save("echoes_stdin", _folder);
        long size;
        using (var measured = TestSandbox.Open(_folder.At("measured")))
        {
            await LoadAsync(measured);
            await measured.LoadAsync(third.Digest, metered: false, _ => ValueTask.FromResult(third.Path), CancellationToken.None);
            size = measured.ListArtifacts().Sum(a => a.Size);
        }

        using (var first = Open())
        {
            await LoadAsync(first);
            await first.LoadAsync(other.Digest, metered: false, _ => ValueTask.FromResult(other.Path), CancellationToken.None);
            await LoadAsync(first);
        }

        using var small = TestSandbox.Open(_folder.At("artifacts"), artifactCacheBytes: size);
        await small.LoadAsync(third.Digest, metered: false, _ => ValueTask.FromResult(third.Path), CancellationToken.None);

        var kept = small.ListArtifacts();
        Assert.Equal(new[] { _digest.Hex, third.Digest.Hex }.Order(), kept.Select(a => a.Module).Order());
        Assert.All(kept, a => Assert.True(File.Exists(_folder.At(System.IO.Path.Combine("artifacts", a.File)))));
        Assert.Equal(2, Directory.GetFiles(_folder.At("artifacts"), "*.cwasm", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task An_artifact_larger_than_the_cache_is_still_kept()
    {
        using (var tiny = TestSandbox.Open(_folder.At("artifacts"), artifactCacheBytes: 1))
            await LoadAsync(tiny);

        using var again = Open();
        Assert.Equal(ArtifactSource.Disk, (await LoadAsync(again)).Source);
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
            await LoadAsync(first);
        var bytes = await File.ReadAllBytesAsync(database);
        await File.WriteAllBytesAsync(database, damage switch
        {
            "overwritten" => [.. bytes.Select(_ => (byte)0xA5)],
            "truncated" => bytes[..(bytes.Length - 5_000)],
            "text" => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("not a database\n", 1_000))),
            _ => [.. bytes[..9_000], .. new byte[bytes.Length - 9_000]],
        });

        using (var second = Open())
            Assert.Equal(ArtifactSource.Compiled, (await LoadAsync(second)).Source);

        Assert.True(File.Exists(database + ".damaged"));
        using var third = Open();
        Assert.Equal(ArtifactSource.Disk, (await LoadAsync(third)).Source);
    }

    [Fact]
    public async Task Two_engines_on_one_folder_both_work_and_one_keeps_artifacts()
    {
        using var owner = Open();
        using var guest = Open();

        Assert.Equal(AttemptOutcome.Succeeded, Run(guest, await LoadAsync(guest)));
        Assert.Empty(guest.ListArtifacts());
        Assert.Equal(AttemptOutcome.Succeeded, Run(owner, await LoadAsync(owner)));
        Assert.Single(owner.ListArtifacts());
        Assert.False(File.Exists(_folder.At("artifacts/artifacts.db.damaged")));
    }

    [Fact]
    public async Task Files_without_metadata_are_removed()
    {
        using (var first = Open())
            await LoadAsync(first);
        var half = Artifact() + ".0123.tmp";
        await File.WriteAllTextAsync(half, "half of an artifact");

        using var second = Open();

        Assert.False(File.Exists(half));
        Assert.Equal(ArtifactSource.Disk, (await LoadAsync(second)).Source);
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
        await LoadAsync(engine);

        Assert.Equal(owner, File.GetUnixFileMode(_folder.At("artifacts")));
        Assert.Equal(owner, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Artifact())!));
    }

    private static AttemptOutcome Run(SandboxEngine engine, LoadedModule module) =>
        engine.Run(module, TestSandbox.Request(), new CapturedOutput(), CancellationToken.None).Outcome;

    private static void Damage(string file, string damage)
    {
        var bytes = File.ReadAllBytes(file);
        switch (damage)
        {
            case "a flipped byte":
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "a missing end":
                File.WriteAllBytes(file, bytes[..^100]);
                break;
            case "nothing in it":
                File.WriteAllBytes(file, []);
                break;
            case "a symbolic link":
                File.Move(file, file + ".elsewhere");
                File.CreateSymbolicLink(file, file + ".elsewhere");
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private SandboxEngine Open() => TestSandbox.Open(_folder.At("artifacts"));

    private string Artifact() => Assert.Single(Directory.GetFiles(_folder.At("artifacts"), "*.cwasm", SearchOption.AllDirectories));

    private Task<LoadedModule> LoadAsync(SandboxEngine engine) => engine.LoadAsync(_digest, metered: false, Path, CancellationToken.None).AsTask();

    private ValueTask<string> Path(CancellationToken cancellationToken)
    {
        _asked++;
        return ValueTask.FromResult(_path);
    }
}
