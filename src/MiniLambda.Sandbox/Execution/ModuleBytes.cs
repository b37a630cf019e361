using Wasmtime;

namespace MiniLambda.Sandbox;

/// <summary>Reads module files as people keep them.</summary>
public static class ModuleBytes
{
    /// <summary>The binary module in a file; text (<c>.wat</c>) is converted.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="BadModuleException">The text is not WebAssembly text; the message has line and column.</exception>
    public static byte[] Read(string path)
    {
        if (!path.EndsWith(".wat", StringComparison.OrdinalIgnoreCase))
            return File.ReadAllBytes(path);
        try
        {
            return Module.ConvertText(File.ReadAllText(path));
        }
        catch (WasmtimeException e)
        {
            var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var place = lines.FirstOrDefault(l => l.StartsWith("-->", StringComparison.Ordinal))?[3..].Trim().Replace("<anon>", path, StringComparison.Ordinal);
            throw new BadModuleException(place is null ? $"{path}: {lines[0]}" : $"{place}: {lines[0]}");
        }
    }
}
