using System.Security.Cryptography;
using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox.Tests.Artifacts;

public sealed class VerifiedFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = [.. Enumerable.Range(0, 10_000).Select(i => (byte)i)];
    private readonly string _path;
    private readonly string _digest;

    public VerifiedFilesTests()
    {
        _path = _folder.At("artifact");
        File.WriteAllBytes(_path, _bytes);
        _digest = Convert.ToHexStringLower(SHA256.HashData(_bytes));
        WaitForTick();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_has_not_changed_is_read_once()
    {
        var verified = new VerifiedFiles(new Later(TimeSpan.FromSeconds(1)));
        Assert.Equal((true, _bytes.Length), Look(verified));
        // Elsewhere nothing is known of a file but its bytes.
        Assert.Equal((true, OperatingSystem.IsLinux() ? 0 : _bytes.Length), Look(verified));
    }

    [Fact]
    public void A_byte_that_was_flipped_is_found_also_when_the_time_of_writing_is_set_back()
    {
        var verified = new VerifiedFiles(new Later(TimeSpan.FromSeconds(1)));
        Assert.True(Look(verified).Has);
        var written = File.GetLastWriteTimeUtc(_path);
        _bytes[5_000] ^= 1;
        using (var file = new FileStream(_path, FileMode.Open, FileAccess.Write))
            file.Write(_bytes);
        File.SetLastWriteTimeUtc(_path, written);
        Assert.False(Look(verified).Has);
    }

    [Fact]
    public void Another_file_of_the_same_bytes_is_read()
    {
        var verified = new VerifiedFiles(new Later(TimeSpan.FromSeconds(1)));
        Assert.True(Look(verified).Has);
        File.Copy(_path, _folder.At("other"));
        File.Move(_folder.At("other"), _path, overwrite: true);
        Assert.Equal((true, _bytes.Length), Look(verified));
    }

    [Fact]
    public void A_file_that_was_changed_a_moment_ago_is_not_remembered()
    {
        var verified = new VerifiedFiles(new Later(TimeSpan.FromSeconds(-1)));
        Assert.True(Look(verified).Has);
        Assert.Equal((true, _bytes.Length), Look(verified));
    }

    [Fact]
    public void Another_digest_is_not_that_of_the_file()
    {
        using var file = File.OpenRead(_path);
        Assert.False(new VerifiedFiles(TimeProvider.System).Has(file, new string('0', 64)));
    }

    /// <summary>Until the clock that the kernel stamps files with has gone on: a change in the tick of the one before would leave no sign.</summary>
    private void WaitForTick()
    {
        var probe = _folder.At("probe");
        do
            File.WriteAllText(probe, "");
        while (File.GetLastWriteTimeUtc(probe) <= File.GetLastWriteTimeUtc(_path));
    }

    /// <returns>The answer, and how many bytes were read for it.</returns>
    private (bool Has, int Read) Look(VerifiedFiles verified)
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return (verified.Has(file, _digest), (int)file.Position);
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
