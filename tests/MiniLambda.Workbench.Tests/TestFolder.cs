namespace MiniLambda.Workbench.Tests;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>The smallest function there is.</summary>
    public const string DoesNothing = """(module (memory (export "memory") 1) (func (export "_start")))""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public string FullName => _folder.FullName;

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
