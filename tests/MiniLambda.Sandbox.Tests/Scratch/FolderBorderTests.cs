using System.Text;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Scratch;

/// <summary>What a guest does to the folders it was granted stays within them, and within the way they were granted.</summary>
[Trait("Category", "Hostile")]
public abstract class FolderBorderTests : IDisposable
{
    // The order of the granted folders: the first has WASI's first free descriptor.
    private const byte Writable = 3;
    private const byte ReadOnly = 4;

    private readonly TestSandbox _sandbox;
    private readonly TemporaryFolder _folder = new();

    protected FolderBorderTests(TestSandbox sandbox)
    {
        _sandbox = sandbox;
        foreach (var name in (string[])["", "writable", "readonly"])
        {
            Directory.CreateDirectory(_folder.At(Path.Combine(name, "folder")));
            File.WriteAllText(_folder.At(Path.Combine(name, "file")), name);
        }
    }

    public enum Change
    {
        Link,
        Rename,
        Symlink,
        Unlink,
        Mkdir,
        Rmdir,
        Times,
        Create,
        Truncate,
        Hold,
    }

    [Theory]
    [InlineData(Change.Link, "file", "other")]
    [InlineData(Change.Rename, "file", "other")]
    [InlineData(Change.Symlink, "file", "other")]
    [InlineData(Change.Unlink, "file")]
    [InlineData(Change.Mkdir, "other")]
    [InlineData(Change.Rmdir, "folder")]
    [InlineData(Change.Times, "file")]
    [InlineData(Change.Create, "other")]
    [InlineData(Change.Truncate, "file")]
    public async Task Only_a_writable_folder_can_be_changed(Change change, string path, string other = "")
    {
        var before = Picture();
        Assert.NotEqual(0, await ErrorAsync(change, ReadOnly, path, ReadOnly, other));
        Assert.Equal(before, Picture());
        Assert.Equal(0, await ErrorAsync(change, Writable, path, Writable, other));
        Assert.NotEqual(before, Picture());
    }

    [Theory]
    [InlineData(Change.Link, Writable, ReadOnly)]
    [InlineData(Change.Link, ReadOnly, Writable)]
    [InlineData(Change.Rename, Writable, ReadOnly)]
    [InlineData(Change.Rename, ReadOnly, Writable)]
    public async Task Nothing_crosses_between_a_writable_and_a_read_only_folder(Change change, byte from, byte to)
    {
        var before = Picture();
        Assert.NotEqual(0, await ErrorAsync(change, from, "file", to, "other"));
        Assert.Equal(before, Picture());
    }

    [Theory]
    [InlineData(Change.Link, "../file", "stolen")]
    [InlineData(Change.Link, "file", "../left")]
    [InlineData(Change.Rename, "../file", "stolen")]
    [InlineData(Change.Rename, "file", "../left")]
    [InlineData(Change.Rename, "file", "folder/../../left")]
    [InlineData(Change.Rename, "file", "../readonly/left")]
    [InlineData(Change.Symlink, "/etc/passwd", "absolute")]
    [InlineData(Change.Symlink, "file", "../left")]
    [InlineData(Change.Unlink, "../file")]
    [InlineData(Change.Unlink, "../readonly/file")]
    [InlineData(Change.Mkdir, "../left")]
    [InlineData(Change.Rmdir, "../folder")]
    [InlineData(Change.Times, "../file")]
    [InlineData(Change.Create, "../left")]
    [InlineData(Change.Create, "/tmp/minilambda-left")]
    [InlineData(Change.Truncate, "../file")]
    public async Task Nothing_leaves_or_enters_a_folder_by_a_path(Change change, string path, string other = "")
    {
        var before = Picture();
        Assert.NotEqual(0, await ErrorAsync(change, Writable, path, Writable, other));
        Assert.Equal(before, Picture());
        Assert.False(File.Exists("/tmp/minilambda-left"));
    }

    [Fact]
    public async Task A_link_that_a_guest_made_leads_nobody_out()
    {
        Assert.Equal(0, await ErrorAsync(Change.Symlink, Writable, "../file", Writable, "way-out"));
        var before = Picture();
        Assert.NotEqual(0, await ErrorAsync(Change.Truncate, Writable, "way-out", Writable, ""));
        Assert.NotEqual(0, await ErrorAsync(Change.Create, Writable, "way-out", Writable, ""));
        Assert.Equal(before, Picture());
    }

    [LinuxFact]
    public async Task A_guest_that_holds_files_open_without_end_is_stopped_and_holds_none_afterwards()
    {
        var result = await RunAsync(Change.Hold, Writable, "file", Writable, "");
        Assert.Equal(
            (AttemptOutcome.OpenFilesLimit, null, "the function held more than 128 files open at once"), (result.Outcome, result.ExitCode, result.Message));
        Assert.Equal(0, await ErrorAsync(Change.Create, Writable, "other", Writable, ""));
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<int?> ErrorAsync(Change change, byte from, string path, byte to, string other)
    {
        var result = await RunAsync(change, from, path, to, other);
        Assert.Contains(result.Outcome, (AttemptOutcome[])[AttemptOutcome.Succeeded, AttemptOutcome.Exit]);
        return result.ExitCode ?? 0;
    }

    private async Task<ExecutionResult> RunAsync(Change change, byte from, string path, byte to, string other)
    {
        var request = TestSandbox.Request() with
        {
            Stdin = (byte[])[(byte)change, from, to, (byte)path.Length, .. Encoding.UTF8.GetBytes(path + other)],
            Directories =
            [
                new DirectoryGrant(_folder.At("writable"), "/writable", ReadOnly: false), new DirectoryGrant(_folder.At("readonly"), "/readonly", ReadOnly: true),
            ],
        };
        return (await _sandbox.RunAsync("changes_folders_as_stdin_says", request)).Result;
    }

    /// <summary>Everything there is in and around the granted folders.</summary>
    private List<string> Picture() =>
    [
        .. new DirectoryInfo(_folder.At("")).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => $"{entry.FullName} {entry.LinkTarget} {(entry as FileInfo)?.Length} {(entry is FileInfo ? entry.LastWriteTimeUtc.Ticks : 0)}")
            .Order(StringComparer.Ordinal),
    ];
}

public sealed class FolderBorderInProcessTests(ProcessSandbox sandbox) : FolderBorderTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class FolderBorderInThreadTests(ThreadSandbox sandbox) : FolderBorderTests(sandbox), IClassFixture<ThreadSandbox>;
