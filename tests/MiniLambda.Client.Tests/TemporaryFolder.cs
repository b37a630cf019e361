namespace MiniLambda.Client.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public string[] Names => [.. _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    public void Dispose() => _folder.Delete(recursive: true);
}
