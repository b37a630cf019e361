using MiniLambda.Domain.Functions;

namespace MiniLambda.Workbench.Commands.Demo;

/// <summary>One of the functions in <c>examples/</c>: a manifest, a module, an optional input, and the stdout it must give.</summary>
internal sealed record Example(string Name, string Folder)
{
    public string? InputPath => File.Exists(Path.Combine(Folder, "input")) ? Path.Combine(Folder, "input") : null;

    public byte[] Expected => File.ReadAllBytes(Path.Combine(Folder, "expected"));

    /// <summary>The examples beside this program, or in the checkout that the current folder belongs to.</summary>
    /// <exception cref="CommandException">There are none.</exception>
    public static IReadOnlyList<Example> FindAll()
    {
        var folder = Candidates().FirstOrDefault(Directory.Exists)
            ?? throw new CommandException(ExitCodes.Failed, "there is no folder 'examples' beside this program or above the current folder");
        var examples = Directory.EnumerateDirectories(folder)
            .Where(d => File.Exists(Path.Combine(d, ManifestToml.FileName)) && File.Exists(Path.Combine(d, "expected")))
            .Order(StringComparer.Ordinal)
            .Select(d => new Example(Path.GetFileName(d), d))
            .ToList();
        return examples.Count > 0 ? examples : throw new CommandException(ExitCodes.Failed, $"'{folder}' holds no examples");
    }

    private static IEnumerable<string> Candidates()
    {
        yield return Path.Combine(AppContext.BaseDirectory, "examples");
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, "examples");
    }
}
