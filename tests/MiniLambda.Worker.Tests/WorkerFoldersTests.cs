namespace MiniLambda.Worker.Tests;

public sealed class WorkerFoldersTests : IDisposable
{
    private readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void What_a_killed_worker_left_of_its_guests_is_gone_at_the_next_start()
    {
        var left = new WorkerFolders(_data.FullName).Temporary;
        File.WriteAllText(Path.Combine(left, "job.stdout"), "text");
        // As deep as a guest can go, which is deeper than a path can name.
        var inner = Directory.CreateDirectory(Path.Combine([left, "inner", .. Enumerable.Repeat(new string('d', 200), 15)])).FullName;
        var outer = Directory.CreateDirectory(Path.Combine([left, "job.scratch", .. Enumerable.Repeat(new string('d', 200), 15)])).FullName;
        Directory.CreateSymbolicLink(Path.Combine(inner, "round"), ".");
        Directory.Move(Path.Combine(left, "inner"), Path.Combine(outer, "inner"));

        var next = new WorkerFolders(_data.FullName);

        Assert.Equal(left, next.Temporary);
        Assert.Empty(Directory.EnumerateFileSystemEntries(left));
    }
}
