using System.Globalization;
using MiniLambda.Domain.Text;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>How an exported function with parameters or results is called from a command line: numbers in, one line for each number out.</summary>
internal static class ExportCall
{
    /// <summary>Reads arguments by the types of the function's parameters. Integers may be signed, unsigned or hexadecimal (<c>0xff</c>).</summary>
    /// <exception cref="BadModuleException">There are too few or too many, one is not of its type, or the function deals in more than numbers.</exception>
    public static ValueBox[] Arguments(
        string entry, IReadOnlyList<ValueKind> parameters, IReadOnlyList<ValueKind> results, IReadOnlyList<string> arguments)
    {
        var name = $"'{Printable.Of(entry)}'";
        foreach (var kind in parameters.Concat(results).Where(kind => !IsNumber(kind)))
            throw new BadModuleException($"the function {name} deals in {Word(kind)}, which a command line cannot give: only numbers can be passed and returned");
        if (parameters.Count != arguments.Count)
        {
            throw new BadModuleException(
                $"the function {name} takes {Count(parameters.Count)}{Types(parameters)}; {(arguments.Count == 1 ? "1 was" : $"{arguments.Count} were")} given");
        }

        return [.. parameters.Select((kind, i) => Parse(kind, arguments[i]) ?? throw new BadModuleException(
            $"argument {i + 1} of the function {name} is {Article(kind)}: '{Printable.Line(arguments[i], 100)}' is not"))];
    }

    /// <summary>What a call returned, one value a line.</summary>
    public static string Text(IReadOnlyList<ValueKind> results, object? returned)
    {
        if (results.Count == 0)
            return "";
        var values = results.Count == 1 ? [returned] : (object?[])returned!;
        return string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value}\n")));
    }

    private static ValueBox? Parse(ValueKind kind, string text) => kind switch
    {
        ValueKind.Int32 when Integer(text) is { } number && number >= int.MinValue && number <= uint.MaxValue => unchecked((int)(long)number),
        ValueKind.Int64 when Integer(text) is { } number && number >= long.MinValue && number <= ulong.MaxValue => unchecked((long)(ulong)(number & ulong.MaxValue)),
        ValueKind.Float32 when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        ValueKind.Float64 when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static Int128? Integer(string text)
    {
        // Longer is out of any range, and a parser's work grows with it.
        if (text.Length > 32)
            return null;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return UInt64(text[2..]);
        return Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static Int128? UInt64(string digits) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsNumber(ValueKind kind) => kind is ValueKind.Int32 or ValueKind.Int64 or ValueKind.Float32 or ValueKind.Float64;

    private static string Count(int count) => count switch
    {
        0 => "no argument",
        1 => "1 argument",
        _ => $"{count} arguments",
    };

    private static string Types(IReadOnlyList<ValueKind> kinds) => kinds.Count == 0 ? "" : $" ({string.Join(", ", kinds.Select(Word))})";

    private static string Article(ValueKind kind) => kind is ValueKind.Int32 or ValueKind.Int64 ? $"a whole number of type {Word(kind)}" : $"a number of type {Word(kind)}";

    /// <summary>The type as WebAssembly text has it.</summary>
    private static string Word(ValueKind kind) => kind switch
    {
        ValueKind.Int32 => "i32",
        ValueKind.Int64 => "i64",
        ValueKind.Float32 => "f32",
        ValueKind.Float64 => "f64",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
