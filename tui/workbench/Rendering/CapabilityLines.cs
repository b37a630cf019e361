using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Rendering;

/// <summary>What a function was granted, beside what its module asks for by its imports.</summary>
public static class CapabilityLines
{
    public static IReadOnlyList<ScreenLine> Of(Function function)
    {
        if (ManifestToml.Read(function.Manifest, "manifest").Manifest is not { } manifest)
            return [];
        var grants = manifest.Capabilities;
        var imports = function.Outline?.Imports ?? [];
        return
        [
            Header(),
            Row("network", grants.Network, "yes, all of it", Wants(imports, "sock_", "wasi:sockets")),
            Row(
                "files",
                grants.Mounts.Count > 0 || grants.ScratchBytes > 0,
                string.Join(", ", grants.Mounts.Keys.Concat(grants.ScratchBytes is > 0 and { } scratch ? [$"/tmp of {ByteSize.Format(scratch)}"] : [])),
                Wants(imports, "path_", "wasi:filesystem")),
            Row("clock", grants.Clock, "yes", Wants(imports, "clock_", "wasi:clocks")),
            Row("random", grants.Random, "yes", Wants(imports, "random_get", "wasi:random")),
        ];
    }

    private static bool Wants(IEnumerable<string> imports, string function, string package) => imports.Any(import =>
        import.StartsWith($"wasi_snapshot_preview1.{function}", StringComparison.Ordinal) || import.StartsWith(package, StringComparison.Ordinal));

    private static ScreenLine Header() => new ScreenLine().Add(" ").Cell("", 10).Cell(" granted", 24, ThemeRole.Muted).Add("asked for", ThemeRole.Muted);

    private static ScreenLine Row(string name, bool isGranted, string how, bool isWanted) => new ScreenLine().Add(" ").Cell(name, 10, ThemeRole.Muted).Add(" ")
        .Cell(isGranted ? how : "no", 23, isGranted ? ThemeRole.Succeeded : ThemeRole.Away)
        .Add(isWanted ? "yes" : "no", isWanted && !isGranted ? ThemeRole.Suspect : ThemeRole.Muted);
}
