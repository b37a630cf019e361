using System.Text;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Machine code that is not what this program wrote is never run.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public abstract class DamagedArtifactTests(Isolation isolation) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("a flipped byte")]
    [InlineData("a missing end")]
    [InlineData("nothing in it")]
    [InlineData("a symbolic link")]
    [InlineData("no file")]
    public async Task An_artifact_that_is_not_what_was_written_is_discarded_and_compiled_anew(string damage)
    {
        using (var first = Open())
            await PrepareAsync(first);
        Damage(Artifact(), damage);

        using (var second = Open())
        {
            var damaged = await PrepareAsync(second);
            Assert.Null(damaged.CompileTime);
            Assert.Throws<ArtifactDamagedException>(() => Run(second, damaged));
            var rebuilt = await PrepareAsync(second);
            Assert.NotNull(rebuilt.CompileTime);
            Assert.Equal(AttemptOutcome.Succeeded, Run(second, rebuilt));
        }

        using var third = Open();
        var kept = await PrepareAsync(third);
        Assert.Null(kept.CompileTime);
        Assert.Equal(AttemptOutcome.Succeeded, Run(third, kept));
    }

    [Fact]
    public async Task An_artifact_of_another_version_of_the_engine_is_refused_by_it()
    {
        using var engine = Open();
        var artifact = (await PrepareAsync(engine)).Artifact;
        var bytes = await File.ReadAllBytesAsync(artifact.Path);
        // Near its beginning Wasmtime writes its major version as a string with its length before it.
        var major = engine.Fingerprint.Split('-', '.')[1];
        var at = bytes.AsSpan().IndexOf((byte[])[(byte)major.Length, .. Encoding.ASCII.GetBytes(major)]);
        Assert.InRange(at, 0, 256);
        bytes[at + 1]++;

        // As if this program had written it.
        var other = new PreparedModule(await RewriteAsync(artifact, bytes), compileTime: null);

        var refusal = Assert.Throws<ArtifactDamagedException>(() => Run(engine, other));
        Assert.Contains("version", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(AttemptOutcome.Succeeded, Run(engine, await PrepareAsync(engine)));
    }

    [Fact]
    public async Task Bytes_that_are_no_artifact_at_all_are_refused_by_the_engine()
    {
        using var engine = Open();
        var artifact = (await PrepareAsync(engine)).Artifact;

        var other = new PreparedModule(await RewriteAsync(artifact, [.. Enumerable.Repeat((byte)0x90, 10_000)]), compileTime: null);

        Assert.Throws<ArtifactDamagedException>(() => Run(engine, other));
        Assert.Equal(AttemptOutcome.Succeeded, Run(engine, await PrepareAsync(engine)));
    }

    private static async Task<ArtifactFile> RewriteAsync(ArtifactFile artifact, byte[] bytes)
    {
        await File.WriteAllBytesAsync(artifact.Path, bytes);
        await using var file = File.OpenRead(artifact.Path);
        return artifact with { Digest = ArtifactFile.DigestOf(file), Size = bytes.Length };
    }

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

    private static AttemptOutcome Run(SandboxEngine engine, PreparedModule module) =>
        engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default).Outcome;

    private SandboxEngine Open() => TestSandbox.Open(TestSandbox.Options(_folder.At("artifacts"), isolation));

    private string Artifact() => Assert.Single(Directory.GetFiles(_folder.At("artifacts"), "*.cwasm", SearchOption.AllDirectories));

    private async Task<PreparedModule> PrepareAsync(SandboxEngine engine)
    {
        var (digest, path) = Fixture.Save("succeeds", _folder);
        return await engine.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), default);
    }
}

public sealed class DamagedArtifactInProcessTests() : DamagedArtifactTests(Isolation.Process);

public sealed class DamagedArtifactInThreadTests() : DamagedArtifactTests(Isolation.Thread);
