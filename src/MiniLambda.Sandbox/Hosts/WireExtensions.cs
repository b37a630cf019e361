namespace MiniLambda.Sandbox.Hosts;

/// <summary>How the parts of messages are written. What reads them takes nothing that cannot be, and throws <see cref="InvalidDataException"/>.</summary>
internal static class WireExtensions
{
    /// <summary>Longer than any guest may run.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromDays(7);

    public static T ReadDefined<T>(this BinaryReader from)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), from.ReadByte());
        return Enum.IsDefined(value) ? value : throw new InvalidDataException($"no {typeof(T).Name}: {value}");
    }

    public static TimeSpan ReadTime(this BinaryReader from) => new(Math.Clamp(from.ReadInt64(), 0, MaxTime.Ticks));

    public static void WriteAll<T>(this BinaryWriter to, IReadOnlyList<T> items, Action<T> write)
    {
        to.Write(items.Count);
        foreach (var item in items)
            write(item);
    }

    public static List<T> ReadAll<T>(this BinaryReader from, Func<T> read)
    {
        var count = from.ReadInt32();
        var items = new List<T>();
        for (var i = 0; i < count; i++)
            items.Add(read());
        return items;
    }

    public static void WriteBytes(this BinaryWriter to, ReadOnlySpan<byte> bytes)
    {
        to.Write(bytes.Length);
        to.Write(bytes);
    }

    // Not more than there are: the reader would make room for them first.
    public static byte[] ReadAllBytes(this BinaryReader from)
    {
        var length = from.ReadInt32();
        return length >= 0 && length <= from.BaseStream.Length - from.BaseStream.Position
            ? from.ReadBytes(length)
            : throw new InvalidDataException($"{length} bytes, which are not there");
    }
}
