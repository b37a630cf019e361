using System.Xml.Linq;

namespace MiniLambda.Architecture;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Every project by its name, tests included.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } = Files("*.csproj")
        .Select(Project.Read)
        .ToDictionary(p => p.Name);

    /// <summary>Files of the checkout, without what builds leave.</summary>
    public static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
        .Where(f => !Relative(f).StartsWith("artifacts/", StringComparison.Ordinal));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MiniLambda.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}

/// <summary>What a project file says.</summary>
internal sealed record Project(string Name, string Path, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    public bool IsTest => Repository.Relative(Path).StartsWith("tests/", StringComparison.Ordinal);

    public static Project Read(string path)
    {
        var xml = XDocument.Load(path);
        List<string> Includes(string element) => [.. xml.Descendants(element).Select(e => e.Attribute("Include")!.Value)];
        return new Project(
            System.IO.Path.GetFileNameWithoutExtension(path), path,
            [.. Includes("ProjectReference").Select(r => System.IO.Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))], Includes("PackageReference"));
    }
}
