using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox;
using MiniLambda.Workbench.Commands.Functions;

namespace MiniLambda.Workbench.Commands;

/// <summary>A function that lies on this machine's disk: a module with its manifest, checked as far as can be without compiling it.</summary>
/// <param name="ManifestText">What is pushed as <c>minilambda.toml</c>.</param>
/// <param name="ModuleSource">The module's file, as it was named.</param>
public sealed record LocalFunction(FunctionManifest Manifest, string ManifestText, string ModuleSource)
{
    /// <summary>The binary module when the file holds its text.</summary>
    private byte[]? Converted { get; init; }

    /// <summary>Opens the binary module; it seeks. A file is not read into memory: modules can be large.</summary>
    public Stream OpenModule() => Converted is null ? File.OpenRead(ModuleSource) : new MemoryStream(Converted, writable: false);

    /// <summary>
    /// Whether a TARGET names something on disk rather than a function of the cluster. A word that can be a function's name is one, whatever lies in
    /// the current folder: what it means must not depend on where it is typed.
    /// </summary>
    public static bool IsPath(string target) =>
        target.Contains('/') || target.Contains('\\') || Path.GetExtension(target) is ".wasm" or ".wat" or ".toml"
        || (!FunctionReference.TryParse(target, out _) && (File.Exists(target) || Directory.Exists(target)));

    /// <summary>Reads a module, a manifest, or a folder that holds <c>minilambda.toml</c>.</summary>
    /// <param name="exitCode">What the command ends with when something is wrong.</param>
    /// <param name="entry">Overrides the manifest's entry.</param>
    /// <exception cref="CommandException">A file is missing or wrong; all problems are told at once.</exception>
    public static LocalFunction Load(string target, int exitCode, string? entry = null)
    {
        var path = Directory.Exists(target) ? Path.Combine(target, ManifestToml.FileName) : target;
        if (!File.Exists(path))
            throw new CommandException(exitCode, path == target ? $"there is no file '{path}'" : $"there is no {ManifestToml.FileName} in the folder '{target}'");
        try
        {
            return Path.GetExtension(path) switch
            {
                ".toml" => FromManifest(path, exitCode, entry),
                ".wasm" or ".wat" => FromModule(path, exitCode, entry),
                _ => throw new CommandException(exitCode, $"'{path}' is neither a module (.wasm, .wat) nor a manifest (.toml)"),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exitCode, e.Message);
        }
    }

    private static LocalFunction FromManifest(string path, int exitCode, string? entry)
    {
        var text = File.ReadAllText(path);
        var reading = ManifestToml.Read(text, path);
        if (reading.Manifest is not { } manifest)
            throw new CommandException(exitCode, string.Join('\n', reading.Errors));
        if (manifest.Module.Length == 0)
            throw new CommandException(exitCode, $"{path}:1:1: 'module' is missing: which file is the function's code?");
        var module = Path.Combine(Path.GetDirectoryName(path) ?? "", manifest.Module);
        if (!File.Exists(module))
            throw new CommandException(exitCode, $"{path}: there is no module '{module}'");
        return Check(new LocalFunction(manifest, text, module) { Converted = Convert(module, exitCode) }, exitCode, entry);
    }

    private static LocalFunction FromModule(string path, int exitCode, string? entry)
    {
        var manifest = new FunctionManifest { Name = NameOf(path), Entry = entry ?? FunctionManifest.DefaultEntry };
        return Check(new LocalFunction(manifest, ManifestToml.Write(manifest), path) { Converted = Convert(path, exitCode) }, exitCode, entry);
    }

    private static LocalFunction Check(LocalFunction function, int exitCode, string? entry)
    {
        try
        {
            using var module = function.OpenModule();
            var problems = ModuleRules.Problems(ModuleInspector.Inspect(module), entry ?? function.Manifest.Entry);
            if (problems.Count > 0)
                throw new CommandException(exitCode, string.Join('\n', problems.Select(problem => $"{function.ModuleSource}: the module {problem}")));
            return function;
        }
        catch (ModuleFormatException e)
        {
            throw new CommandException(exitCode, $"{function.ModuleSource}: the file {e.Message}");
        }
    }

    private static byte[]? Convert(string path, int exitCode)
    {
        try
        {
            return IsText(path) ? ModuleBytes.Read(path) : null;
        }
        catch (BadModuleException e)
        {
            throw new CommandException(exitCode, e.Message);
        }
    }

    private static bool IsText(string path) => path.EndsWith(".wat", StringComparison.OrdinalIgnoreCase);

    /// <summary>A function name from a file's name: <c>My App.wasm</c> → <c>my-app</c>.</summary>
    private static FunctionName NameOf(string path)
    {
        var trimmed = FunctionNames.Spell(Path.GetFileNameWithoutExtension(path));
        return FunctionName.TryParse(trimmed[..Math.Min(trimmed.Length, 63)], out var parsed) ? parsed : FunctionName.Parse("function");
    }
}
