using System.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>One section of a module.</summary>
internal sealed class ModuleSection(byte[] bytes, string name)
{
    private const int MaxItems = 100_000;
    private const byte CoreModuleSort = 0x11;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private int _position;

    /// <summary>Reads a count and so many items. An item takes at least one byte, so a lying count is seen at once.</summary>
    public void ReadVector<T>(List<T> items, Func<ModuleSection, T> read)
    {
        var count = ReadLeb64();
        if (count > (ulong)bytes.Length)
            throw Malformed("its count is larger than the section");
        if (count > MaxItems)
            throw new ModuleFormatException($"is too large: {name} has {count} items, at most {MaxItems} are read");
        for (var i = 0UL; i < count; i++)
            items.Add(read(this));

        if (_position != bytes.Length)
            throw Malformed("bytes follow its last item");
    }

    public string ReadName()
    {
        var length = ReadLeb64();
        if (length > (ulong)(bytes.Length - _position))
            throw Malformed("a name goes past its end");
        try
        {
            var text = Strict.GetString(bytes, _position, (int)length);
            _position += (int)length;
            return text;
        }
        catch (DecoderFallbackException)
        {
            throw Malformed("a name is not UTF-8");
        }
    }

    /// <summary>The name of a component's import or export. The byte before it once told interfaces from the rest.</summary>
    public string ReadExternName() => ReadByte() <= 1 ? ReadName() : throw Malformed("a name is of a kind that is not known");

    /// <summary>What a component's import or export is: a sort, and for one of core modules which of those.</summary>
    public ExternKind ReadSort() => ReadByte() switch
    {
        0 => ReadByte() == CoreModuleSort ? ExternKind.Module : throw Malformed("a core item stands by itself"),
        1 => ExternKind.Function,
        2 => ExternKind.Value,
        3 => ExternKind.Type,
        4 => ExternKind.Component,
        5 => ExternKind.Instance,
        var sort => throw Malformed($"there is no sort {sort}"),
    };

    /// <summary>What follows the sort in the description of a component's item.</summary>
    public void SkipDescription(ExternKind kind)
    {
        // A type may be a new resource and a value may have its type spelt out; all else names something by its index.
        var bound = kind is ExternKind.Type or ExternKind.Value ? ReadByte() : 0;
        if (kind != ExternKind.Type || bound == 0)
            ReadLeb64();
    }

    public ExternKind ReadKind()
    {
        var kind = ReadByte();
        return kind <= (byte)ExternKind.Tag ? (ExternKind)kind : throw Malformed($"there is no kind {kind}");
    }

    public byte ReadByte() => _position < bytes.Length ? bytes[_position++] : throw Malformed("it ends too early");

    public ulong ReadLeb64()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value;
        }

        throw Malformed("a number is too long");
    }

    /// <summary>A value or reference type: one byte, or a heap type after the bytes that announce one.</summary>
    public void SkipReferenceType()
    {
        if (ReadByte() is 0x63 or 0x64)
            ReadLeb64();
    }

    public (ulong Min, ulong? Max) ReadLimits()
    {
        var flags = ReadByte();
        var min = ReadLeb64();
        ulong? max = (flags & 1) != 0 ? ReadLeb64() : null;
        if ((flags & 8) != 0)
            ReadLeb64();
        return (min, max);
    }

    private ModuleFormatException Malformed(string problem) => new($"is malformed: in {name} {problem}");
}
