namespace MiniLambda.EndToEnd;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private TemporaryFolder()
    {
    }

    public string FullName { get; } = Directory.CreateTempSubdirectory("minilambda-e2e-").FullName;

    public static TemporaryFolder Create() => new();

    public string At(string name) => Path.Combine(FullName, name);

    /// <summary>Deletes it. What was killed may take a moment to let go of its files; a folder that cannot be deleted is left to the system.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!TryDelete() && !limit.IsCancellationRequested)
            await Task.Delay(50, CancellationToken.None);
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(FullName, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !Directory.Exists(FullName);
        }
    }
}
