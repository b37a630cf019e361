using System.Text.RegularExpressions;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>
/// A manifest that comes from the cluster, and where its module goes. It stays as it was pushed, unless the module would lie outside of the folder, or
/// under the name of its text form, or has no name: what is pulled is the binary, and nobody else says where files are written.
/// </summary>
internal static partial class PulledManifest
{
    /// <returns>The manifest to write, and the module's file, relative to it.</returns>
    /// <exception cref="CommandException">The manifest cannot be read.</exception>
    public static (string Manifest, string Module) Of(string manifest, string name)
    {
        if (ManifestToml.Read(manifest, ManifestToml.FileName).Manifest is not { } read)
            throw new CommandException(ExitCodes.Failed, $"the manifest of '{name}' cannot be read by this version of minilambda");
        if (IsPlace(read.Module))
            return (manifest, read.Module);
        var module = $"{name}.wasm";
        var changed = Rename(manifest, module);
        return ManifestToml.Read(changed, ManifestToml.FileName).Manifest?.Module == module
            ? (changed, module)
            : throw new CommandException(ExitCodes.Failed, $"the manifest of '{name}' names the module '{read.Module}', which cannot be written");
    }

    private static string Rename(string manifest, string module)
    {
        var line = $"module = \"{module}\"";
        // A key of the document itself: those after the first table are the table's.
        var table = Table().Match(manifest);
        var head = table.Success ? manifest[..table.Index] : manifest;
        return Module().IsMatch(head)
            ? Module().Replace(head, line, 1) + manifest[head.Length..]
            : $"{line}\n{manifest}";
    }

    /// <summary>Whether a module's path leads to a binary's file within the manifest's own folder.</summary>
    private static bool IsPlace(string module) =>
        module.Length > 0 && !Path.IsPathRooted(module) && !module.Contains('\\')
        && module.Split('/').All(static part => part.Length > 0 && part is not ("." or "..") && !part.Any(char.IsControl))
        && module != ManifestToml.FileName && !module.EndsWith(".wat", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[ \t]*\[", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Table();

    [GeneratedRegex(@"^[ \t]*module[ \t]*=[^\r\n]*", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Module();
}
