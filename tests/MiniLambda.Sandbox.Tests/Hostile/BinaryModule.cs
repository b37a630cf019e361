namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Writes modules by the binary format of the Core Specification (chapter 5): each has one type, without parameters and results.</summary>
internal static class BinaryModule
{
    private const byte Types = 1, Functions = 3, Memories = 5, Exports = 7, Code = 10, Data = 11;
    private const byte End = 0x0b, Block = 0x02, NoResult = 0x40;

    /// <summary>So many functions that do nothing; the first is <c>_start</c>.</summary>
    public static byte[] WithFunctions(int count) => Module(
        Section(Functions, [.. Number(count), .. new byte[count]]),
        Section(Exports, [1, 6, .. "_start"u8, 0, 0]),
        Section(Code, [.. Number(count), .. Enumerable.Repeat<byte[]>([2, 0, End], count).SelectMany(b => b)]));

    /// <summary>One function, which is blocks within blocks.</summary>
    public static byte[] WithNestedBlocks(int depth)
    {
        byte[] body = [0, .. Enumerable.Repeat<byte[]>([Block, NoResult], depth).SelectMany(b => b), .. Enumerable.Repeat(End, depth + 1)];
        return Module(
            Section(Functions, [1, 0]), Section(Exports, [1, 6, .. "_start"u8, 0, 0]), Section(Code, [1, .. Number(body.Length), .. body]));
    }

    /// <summary>The head of a data segment, and nothing of what it announces.</summary>
    public static byte[] WithDeclaredData(int bytes)
    {
        byte[] segment = [1, 0, 0x41, 0, End, .. Number(bytes)];
        return Module(Section(Memories, [1, 0, .. Number(bytes >> 16)]), [Data, .. Number(segment.Length + bytes), .. segment]);
    }

    private static byte[] Module(params byte[][] sections) =>
        [.. "\0asm"u8, 1, 0, 0, 0, .. Section(Types, [1, 0x60, 0, 0]), .. sections.SelectMany(s => s)];

    private static byte[] Section(byte id, byte[] content) => [id, .. Number(content.Length), .. content];

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (var left = (uint)value; ; left >>= 7)
        {
            if (left < 0x80)
                return [.. bytes, (byte)left];
            bytes.Add((byte)(left | 0x80));
        }
    }
}
