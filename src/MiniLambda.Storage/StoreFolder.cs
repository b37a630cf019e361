namespace MiniLambda.Storage;

/// <summary>What stands where in an orchestrator's data folder.</summary>
/// <param name="Path">The folder.</param>
public sealed record StoreFolder(string Path)
{
    public string Database => System.IO.Path.Combine(Path, "minilambda.db");

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    /// <summary>Says that there is no store where one must be.</summary>
    /// <exception cref="IOException">There is no database in the folder.</exception>
    internal void MustExist()
    {
        if (!File.Exists(Database))
            throw new IOException($"there is no store in '{Path}': '{Database}' does not exist");
    }
}
