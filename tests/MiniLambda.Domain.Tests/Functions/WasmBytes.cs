using System.Text;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

/// <summary>Puts WebAssembly binaries together byte by byte (Core Specification 3.0, chapter 5), the wrong ones too.</summary>
internal static class WasmBytes
{
    public static byte[] CoreHeader { get; } = [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    public static byte[] ComponentHeader { get; } = [0, (byte)'a', (byte)'s', (byte)'m', 0x0d, 0, 1, 0];

    public static byte[] Module(params byte[][] sections) => [.. CoreHeader, .. sections.SelectMany(s => s)];

    public static byte[] Section(byte id, params byte[][] content)
    {
        var bytes = content.SelectMany(c => c).ToArray();
        return [id, .. Leb((ulong)bytes.Length), .. bytes];
    }

    /// <summary>A section whose content is a count and the items.</summary>
    public static byte[] Vector(byte id, params byte[][] items) => Section(id, [Leb((ulong)items.Length), .. items]);

    public static byte[] Name(string text) => [.. Leb((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Import(string module, string name, params byte[] description) => [.. Name(module), .. Name(name), .. description];

    public static byte[] Export(string name, ExternKind kind) => [.. Name(name), (byte)kind, 0];

    public static byte[] Leb(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7f; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>A built example, by the name of its folder.</summary>
    public static byte[] Example(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "examples", name, $"{name}.wasm"));

    public static ModuleFacts Inspect(byte[] module) => ModuleInspector.Inspect(new MemoryStream(module));

    /// <summary>What the inspector says against the bytes; null when it takes them.</summary>
    public static string? Problem(byte[] module)
    {
        try
        {
            Inspect(module);
            return null;
        }
        catch (ModuleFormatException e)
        {
            return e.Message;
        }
    }
}
